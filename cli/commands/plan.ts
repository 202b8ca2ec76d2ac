import { Command } from '@commander-js/extra-typings';
import type { PriceEstimate } from '../../shared/blueprint/price.ts';
import type { PlannedCluster } from '../../shared/operations/createCluster.ts';
import type { PlannedChanges } from '../../shared/operations/planChanges.ts';
import { describeWarnings } from '../../shared/validation/warnings.ts';
import { changeLines } from '../changeLines.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { planOf } from '../planOf.ts';
import { readSpecFile } from '../specFile.ts';
import { columns, counted, durationText } from '../words.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep plan -f FILE` */
export const planVerb: Verb = (run) => {
  const verb = new Command('plan')
    .summary('show what create would make, and what it costs')
    .description(
      'Says what create would make: every resource, the price of a month, how long it takes and why. Of a cluster that exists: what the spec would change, and what can never change. Touches nothing.',
    )
    .usage('-f FILE [options]')
    .requiredOption('-f, --file <FILE>', 'the spec of the cluster; - reads it from standard input')
    .addHelpText(
      'after',
      examples('kubestep plan -f cluster.yaml', 'kubestep plan -f cluster.yaml -o json > plan.json'),
    )
    .action(({ file }, command) => run(command, (context) => plan(context, file)));
  return withOutput(withTarget(verb));
};

/** Says what a creation would make, or what the spec would change. Touches nothing. */
export async function plan(context: CommandContext, file: string): Promise<ExitCode> {
  const planned = await planOf(await context.target(), readSpecFile(file));
  if ('existing' in planned) answerChanges(context, planned);
  else answerPlan(context, planned);
  return exitCodes.done;
}

function answerPlan(context: CommandContext, planned: PlannedCluster): void {
  const { plan, resources, price, duration, warnings } = planned;
  answer(context, { cluster: plan.blueprint.cluster, resources, price, duration, warnings }, () => [
    ...planLines(planned),
    ...describeWarnings(warnings).flatMap((warning) => ['', warning]),
  ]);
}

/** A cluster that exists is not made again, so there is nothing to price. */
function answerChanges(context: CommandContext, { existing, changes, warnings }: PlannedChanges): void {
  answer(context, { existing, changes, warnings }, () => [
    ...changeLines(existing, changes),
    '',
    'Nothing was touched.',
    ...describeWarnings(warnings).flatMap((warning) => ['', warning]),
  ]);
}

function planLines({ plan, resources, price, duration }: PlannedCluster): string[] {
  const { seconds, delays } = duration;
  const rows = resources.map(({ kind, key, detail }) => [kind, key, detail]);
  return [
    `${plan.blueprint.cluster.name}: ${counted(resources.length, 'resource')} would be made; nothing was touched`,
    '',
    ...columns([['KIND', 'KEY', 'WHAT'], ...rows]),
    '',
    ...priceLines(price),
    '',
    `Duration  at least ${durationText(seconds * 1000)}, the longest chain of waits:`,
    ...columns(delays.map(({ what, seconds: length, source }) => ['', what, `${length} s`, source])),
  ];
}

function priceLines({ lines, monthly, withoutPrice, asOf, pricesOf }: PriceEstimate): string[] {
  const rows = lines.map(({ what, count, monthly: each }) => [
    '',
    `${count}`,
    what,
    each === undefined ? 'no price known' : each.toFixed(2),
  ]);
  const without = withoutPrice.length === 0 ? '' : `, without ${withoutPrice.join(', ')}`;
  return [
    `Price     about ${monthly.toFixed(2)} USD a month, idle${without} (list prices of ${pricesOf}, ${asOf})`,
    ...columns(rows),
  ];
}
