import { Command } from '@commander-js/extra-typings';
import type { PlannedCluster } from '../../shared/operations/createCluster.ts';
import type { PlannedChanges } from '../../shared/operations/planChanges.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import { parseSpec } from '../../shared/spec/parseSpec.ts';
import { describeProblems } from '../../shared/spec/problems.ts';
import type { SpecChange } from '../../shared/validation/changes.ts';
import { problemsOfDocument } from '../../shared/validation/validateSpec.ts';
import { describeWarnings, type SpecWarning, warningsOf } from '../../shared/validation/warnings.ts';
import { changeLines } from '../changeLines.ts';
import { CommandFailure, type ExitCode, exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { readSpecText } from '../specFile.ts';
import { ask } from '../target.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';

/** What a deployment says of a valid spec; changes only where it is of a cluster that exists. */
interface Judged {
  readonly warnings: readonly SpecWarning[];
  readonly existing?: PlannedChanges['existing'];
  readonly changes?: readonly SpecChange[];
}

/** `kubestep validate -f FILE` */
export const validateVerb: Verb = (run) => {
  const verb = new Command('validate')
    .summary('check a spec')
    .description(
      'Checks a spec against its schema, what the account offers and the cluster that exists under its name, and lists everything that is wrong at once.',
    )
    .usage('-f FILE [options]')
    .requiredOption('-f, --file <FILE>', 'the spec of the cluster; - reads it from standard input')
    .option('--offline', 'check only what can be checked without an account')
    .addHelpText('after', examples('kubestep validate -f cluster.yaml', 'kubestep validate -f cluster.yaml --offline'))
    .action(({ file, offline = false }, command) => run(command, (context) => validate(context, file, offline)));
  return withOutput(withTarget(verb));
};

/** Its shape is judged here, the rest by the deployment, which knows the account. */
async function validate(context: CommandContext, file: string, offline: boolean): Promise<ExitCode> {
  const body = readSpecText(file);
  const parsed = parseSpec(body);
  const problems = problemsOfDocument(parsed);
  if ('problems' in parsed || (offline && problems.length > 0))
    throw new CommandFailure(exitCodes.invalid, describeProblems(problems));

  const { name } = parsed.spec.metadata;
  const asked = { ...requestTo('planCluster', { name }), body };
  const { warnings, existing, changes }: Judged = offline
    ? { warnings: warningsOf(parsed.spec, undefined) }
    : await ask<PlannedCluster | PlannedChanges>(await context.target(), asked);
  const against = offline
    ? 'everything that needs no account; the account was not asked'
    : 'its schema and the account';
  answer(context, { valid: true, cluster: name, warnings, ...(changes && { existing, changes }) }, () => [
    `${file} is valid, by ${against}.`,
    ...(existing && changes ? ['', ...changeLines(existing, changes)] : []),
    ...describeWarnings(warnings).flatMap((warning) => ['', warning]),
  ]);
  return exitCodes.done;
}
