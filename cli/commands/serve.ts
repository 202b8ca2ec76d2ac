import { wordsOf } from '../commandLine.ts';
import { CommandFailure, exitCodes, usageError } from '../exitCodes.ts';
import type { Target } from '../target.ts';
import { answer, type Command } from './command.ts';

/** `kubestep serve`: the local world on loopback, for AWS's own clients, until the process is told to end. */
export const serve: Command = async (context) => {
  const { commandLine, output } = context;
  wordsOf(commandLine, []);
  if (commandLine.target !== 'local')
    throw usageError('serve is about the local world; --target aws has no part in it.');
  if (commandLine.environment) return printEnvironment(context);

  const target = await context.target();
  if (!target.serve) throw usageError('serve is about the local world.');
  const ended = Promise.race([told(), ...(commandLine.untilEmpty ? [emptied(target)] : [])]);
  const served = await target.serve(commandLine.port);
  answer(context, { endpoint: served.endpoint }, () => [
    `Embedded model of AWS on ${served.endpoint}: nothing leaves this machine, no account is used`,
    `In another shell:  eval "$(npx kubestep serve --env${worldOption(commandLine.world)})"`,
    'Then, for example: aws stepfunctions list-state-machines',
  ]);
  await ended;
  output.error('Closing the world');
  await served.close();
  return exitCodes.done;
};

/** As the line of the other shell needs it. */
const worldOption = (world: string): string =>
  world === '.kubestep/world' ? '' : ` --world '${world.replaceAll("'", "'\\''")}'`;

/** What a client exports, as a shell reads it. */
const printEnvironment: Command = async (context) => {
  const { servedEnvironment } = await import('../localTarget.ts');
  const { world } = context.commandLine;
  const environment = await servedEnvironment(world);
  if (!environment)
    throw new CommandFailure(exitCodes.unreachable, `Nothing serves the world in ${world}. Start: npx kubestep serve`);
  answer(context, environment, () =>
    Object.entries(environment).map(([name, value]) =>
      value === undefined ? `unset ${name}` : `export ${name}='${value}'`,
    ),
  );
  return exitCodes.done;
};

/** Whoever deleted the last cluster still asks how its run ended. */
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
function told(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
