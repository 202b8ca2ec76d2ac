import { type CommandLine, parseCommandLine, required } from './commandLine.ts';
import type { Command, CommandContext } from './commands/command.ts';
import { create } from './commands/create.ts';
import { deleteCluster } from './commands/delete.ts';
import { describe } from './commands/describe.ts';
import { get } from './commands/get.ts';
import { machines } from './commands/machines.ts';
import { plan } from './commands/plan.ts';
import { protect } from './commands/protect.ts';
import { resume } from './commands/resume.ts';
import { serve } from './commands/serve.ts';
import { stop } from './commands/stop.ts';
import { validate } from './commands/validate.ts';
import { watch } from './commands/watch.ts';
import { CommandFailure, type ExitCode, exitCodes } from './exitCodes.ts';
import { helpText, type Verb } from './help.ts';
import { type Output, processOutput } from './output.ts';
import type { Target } from './target.ts';

const commands: Readonly<Record<Verb, Command>> = {
  create,
  delete: deleteCluster,
  plan,
  protect,
  get,
  describe,
  machines,
  watch,
  resume,
  serve,
  stop,
  validate,
};

/** What the command stands in; a test gives its own. */
export interface Surroundings {
  readonly projectRoot: string;
  readonly output?: Output;
  readonly environment?: NodeJS.ProcessEnv;
  readonly openTarget?: (commandLine: CommandLine, projectRoot: string) => Promise<Target>;
}

/** Runs one command line and returns how the process is to exit. */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { output = processOutput(), environment = process.env } = surroundings;
  try {
    const commandLine = parseCommandLine(argv, environment);
    if (commandLine.help || commandLine.verb === undefined) {
      output.line(helpText(commandLine.verb));
      return commandLine.help ? exitCodes.done : exitCodes.invalid;
    }
    return await run(commands[commandLine.verb], commandLine, output, surroundings);
  } catch (error) {
    return tell(error as Error, argv.includes('--debug'), output);
  }
}

async function run(
  command: Command,
  commandLine: CommandLine,
  output: Output,
  { projectRoot, openTarget = openTargetOf }: Surroundings,
): Promise<ExitCode> {
  const opened: { target?: Target } = {};
  const context: CommandContext = {
    commandLine,
    projectRoot,
    output,
    async target() {
      opened.target ??= await openTarget(commandLine, projectRoot);
      return opened.target;
    },
  };
  try {
    return await command(context);
  } finally {
    await opened.target?.close();
  }
}

/** Opens what the command line names. Each side is loaded only when it is used. */
async function openTargetOf(commandLine: CommandLine, projectRoot: string): Promise<Target> {
  if (commandLine.target === 'aws') {
    const { openAwsTarget } = await import('./awsTarget.ts');
    return openAwsTarget(
      required(commandLine, commandLine.endpoint, '--endpoint (or KUBESTEP_ENDPOINT; sls info shows it)'),
    );
  }
  const { world, speed, mocks } = commandLine;
  const { openServedMachines } = await import('./localMachines.ts');
  const served = await openServedMachines(world);
  if (served) return served;
  const { openLocalTarget } = await import('./localTarget.ts');
  return openLocalTarget({
    folder: world,
    projectRoot,
    ...(speed !== undefined && { speed }),
    ...(mocks !== undefined && { mocks }),
  });
}

function tell(error: Error, debug: boolean, output: Output): ExitCode {
  const isOurs = error instanceof CommandFailure;
  output.error(debug ? (error.stack ?? error.message) : error.message);
  if (debug && error.cause instanceof Error) output.error(`caused by ${error.cause.stack}`);
  if (!isOurs && !debug)
    output.error('This is a defect of kubestep. Please report it with the output of the same command and --debug.');
  return isOurs ? error.exitCode : exitCodes.defect;
}
