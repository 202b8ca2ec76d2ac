import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { CommandFailure, type ExitCode, exitCodes, usageError } from '../exitCodes.ts';
import { defaultWorld, withContext, withOutput, withWorld } from '../options.ts';
import type { Target } from '../target.ts';
import { shellWord } from '../words.ts';
import { answer, type CommandContext, examples, isForPrograms, type Verb } from './command.ts';

/** `kubestep serve` */
export const serveVerb: Verb = (run) => {
  const verb = new Command('serve')
    .summary('put the local world on 127.0.0.1 for AWS’s own clients')
    .description(
      'Puts the local world on 127.0.0.1 in AWS’s own protocols, for awscli, boto3 and any SDK, until the process is interrupted.',
    )
    .option('--port <N>', 'the port; a free one where none is named', portOf)
    .option('--env', 'print what clients of a served world need, for eval')
    .option('--mocks <FILE>', 'answer tasks of your own state machines by a file in the shape of Step Functions Local')
    .option('--until-empty', 'end when the last cluster is deleted')
    .addHelpText(
      'after',
      examples('kubestep serve', 'eval "$(kubestep serve --env)" && aws stepfunctions list-state-machines'),
    )
    .action((options, command) =>
      run(command, (context) => (options.env ? printEnvironment(context) : serve(context, options))),
    );
  return withOutput(withWorld(withContext(verb)));
};

interface Wanted {
  readonly untilEmpty?: boolean | undefined;
}

async function serve(context: CommandContext, { untilEmpty = false }: Wanted): Promise<ExitCode> {
  const { output } = context;
  const world = worldOf(context);
  const target = await context.target();
  if (target.ownedBy !== undefined)
    throw usageError(
      `Process ${target.ownedBy} has this world open and serves it until it ends: kubestep serve --env${worldOption(world)} prints where.`,
    );
  const ended = Promise.race([interrupted(), ...(untilEmpty ? [emptied(target)] : [])]);
  answer(context, { endpoint: target.endpoint }, () => [
    `Embedded model of AWS on ${target.endpoint}: nothing leaves this machine, no account is used`,
    `In another shell:  eval "$(kubestep serve --env${worldOption(world)})"`,
    'Then, for example: aws stepfunctions list-state-machines',
  ]);
  await ended;
  if (!isForPrograms(context)) output.error('Closing the world');
  return exitCodes.done;
}

function worldOf({ where }: CommandContext): string {
  if (where.kind === 'local') return where.world;
  throw usageError(`The context ${where.context} is a deployment in AWS; serve is of the embedded model.`);
}

function portOf(text: string): number {
  const port = Number(text);
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('It takes a number up to 65535, or 0 for any that is free.');
}

/** As the line of the other shell needs it. */
const worldOption = (world: string): string => (world === defaultWorld ? '' : ` --world ${shellWord(world)}`);

/** What a client exports, as a shell reads it. */
async function printEnvironment(context: CommandContext): Promise<ExitCode> {
  const environment = await environmentOf(worldOf(context)).catch((error: Error) => {
    // eval of nothing succeeds, and the command after && would reach a real account.
    if (!isForPrograms(context)) context.output.line('false');
    throw error;
  });
  answer(context, environment, () =>
    Object.entries(environment).map(([name, value]) =>
      value === undefined ? `unset ${name}` : `export ${name}='${value}'`,
    ),
  );
  return exitCodes.done;
}

async function environmentOf(world: string): Promise<Readonly<Record<string, string | undefined>>> {
  const { servedEnvironment } = await import('../localTarget.ts');
  const environment = await servedEnvironment(world);
  if (environment) return environment;
  throw new CommandFailure(
    exitCodes.unreachable,
    `Nothing serves the world in ${world}. Start: kubestep serve${worldOption(world)}`,
  );
}

/** The command that deleted the last cluster still asks how its run ended. */
const idleLooks = 6;
const lookMilliseconds = 5_000;

/** Resolves when there has been a cluster and for a while there has been none. */
async function emptied(target: Target): Promise<void> {
  let hadCluster = false;
  for (let idle = 0; idle < idleLooks; await target.pause(lookMilliseconds)) {
    const isIdle = (await target.isIdle?.()) ?? false;
    hadCluster ||= !isIdle;
    idle = hadCluster && isIdle ? idle + 1 : 0;
  }
}

/** Resolves when the process is asked to end. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
