import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { CommandContext, Run } from './commands/command.ts';
import { CommandFailure, type ExitCode, exitCodes, usageError } from './exitCodes.ts';
import { placeOf, withPlace } from './hints.ts';
import { commonOptionsOf, type Where } from './options.ts';
import { type Output, processOutput } from './output.ts';
import { kubestepProgram } from './program.ts';
import type { Target } from './target.ts';
import { versionOf } from './version.ts';

/** The surroundings of the command; a test gives its own. */
export interface Surroundings {
  readonly projectRoot: string;
  readonly output?: Output;
  readonly environment?: NodeJS.ProcessEnv;
  readonly openTarget?: (where: Where, projectRoot: string) => Promise<Target>;
}

/** Runs one command line and returns how the process is to exit. */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { projectRoot, output = processOutput(), environment = process.env, openTarget = openTargetOf } = surroundings;
  let exitCode: ExitCode = exitCodes.done;
  let shown = output;
  const run: Run = async (verb, work) => {
    const opened: { target?: Promise<Target> } = {};
    const { where, format } = commonOptionsOf(verb, environment);
    const target = () => {
      opened.target ??= openTarget(where, projectRoot);
      return opened.target;
    };
    // JSON and YAML are data.
    if (format !== 'json' && format !== 'yaml') shown = withPlace(output, placeOf(verb));
    const context: CommandContext = { projectRoot, output: shown, where, format, environment, worldExists, target };
    try {
      exitCode = await work(context);
    } finally {
      const target = await opened.target?.catch(() => undefined);
      await target?.close();
    }
  };
  const program = kubestepProgram(run, versionOf(projectRoot), output);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(error as Error, argv, shown);
    if (hasSaidAll(error)) return error.exitCode === 0 ? exitCodes.done : exitCodes.invalid;
    return reportFailure(misused(error, verbIn(program, argv)), argv, output);
  }
}

/** Help and version are ends, too; help that nobody asked for answers a missing verb. */
const hasSaidAll = ({ code }: CommanderError): boolean => /^commander\.(help|helpDisplayed|version)$/.test(code);

/** What is wrong with the command line, and where it says what would be right. */
const misused = ({ message }: CommanderError, verb: readonly string[]): CommandFailure =>
  usageError(`${message.replace(/^error: /, '')}\nkubestep ${[...verb, '--help'].join(' ')} shows what is allowed.`);

/** The verb of a command line, as far as there is one. */
function verbIn({ commands }: CommandUnknownOpts, [word, ...rest]: readonly string[]): readonly string[] {
  const found = commands.find((verb) => verb.name() === word || verb.aliases().includes(word ?? ''));
  return found === undefined ? [] : [found.name(), ...verbIn(found, rest)];
}

async function worldExists(folder: string): Promise<boolean> {
  const { worldIn } = await import('./localTarget.ts');
  return worldIn(folder);
}

/** Opens what the command line names. Each side is loaded only when it is used. */
async function openTargetOf(where: Where, projectRoot: string): Promise<Target> {
  if (where.kind === 'aws') {
    const { openAwsTarget } = await import('./awsTarget.ts');
    return openAwsTarget(where);
  }
  const { openLocalWorld } = await import('./localWorld.ts');
  const { kind: _, world: folder, ...given } = where;
  return openLocalWorld({ folder, projectRoot, ...given });
}

function reportFailure(error: Error, argv: readonly string[], output: Output): ExitCode {
  const isOurs = error instanceof CommandFailure;
  const debug = argv.includes('--debug');
  const exitCode = isOurs ? error.exitCode : exitCodes.defect;
  const report = 'This is a defect of kubestep. Please report it with the output of the same command and --debug.';
  if (wantsJson(argv)) {
    const message = isOurs ? error.message : `${error.message}. ${report}`;
    output.error(
      JSON.stringify(
        { error: { code: nameOf(exitCode), message, ...(debug && { stack: error.stack }) } },
        undefined,
        2,
      ),
    );
    return exitCode;
  }
  output.error(debug ? (error.stack ?? error.message) : error.message);
  if (debug && error.cause instanceof Error) output.error(`caused by ${error.cause.stack}`);
  if (!isOurs && !debug) output.error(report);
  return exitCode;
}

/** Also where the rest of the command line could not be read. */
const wantsJson = (argv: readonly string[]): boolean =>
  argv.some(
    (word, index) =>
      /^(-ojson|-o=json|--output=json)$/.test(word) || (/^(-o|--output)$/.test(word) && argv[index + 1] === 'json'),
  );

const nameOf = (exitCode: ExitCode): string =>
  Object.entries(exitCodes).find(([, code]) => code === exitCode)?.[0] ?? 'defect';
