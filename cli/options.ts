import { type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { usageError } from './exitCodes.ts';

/** Where a command works. */
export type Where =
  | { readonly kind: 'aws'; readonly endpoint: string }
  | {
      readonly kind: 'local';
      readonly world: string;
      readonly speed?: number;
      readonly mocks?: string;
      readonly port?: number;
    };

/** Where the local world is kept unless somebody says otherwise. */
export const defaultWorld = '.kubestep/world';

/** How an answer is written; text where nobody says. */
export type Format = 'text' | 'json' | 'yaml' | 'wide' | 'name';

/** How the options of this file come out of a command line. */
interface CommonOptions {
  readonly target?: 'local' | 'aws';
  readonly endpoint?: string;
  readonly world?: string;
  readonly speed?: number;
  readonly realTime?: true;
  readonly mocks?: string;
  readonly port?: number;
  readonly output?: Format;
  readonly debug?: true;
}

const where = 'Where:';
const general = 'General:';

/** Options of a verb that works in a deployment: which one. */
export function withTarget(verb: CommandUnknownOpts): CommandUnknownOpts {
  verb
    .addOption(
      new Option('--target <TARGET>', 'the embedded model of AWS on this machine (default), or a deployment in AWS')
        .choices(['local', 'aws'])
        .helpGroup(where),
    )
    .addOption(
      new Option(
        '--endpoint <URL>',
        'of the deployment (sls info shows it); it or $KUBESTEP_ENDPOINT means --target aws',
      )
        .argParser(endpointOf)
        .helpGroup(where),
    );
  return withWorld(verb);
}

/** Options of a verb that works in the embedded model: which world, and how time passes in it. */
export function withWorld(verb: CommandUnknownOpts): CommandUnknownOpts {
  return withWorldFolder(verb, defaultWorld)
    .addOption(
      new Option('--speed <N>', 'seconds of the local world in one of yours, at most (default 30)')
        .argParser(speedOf)
        .helpGroup(where),
    )
    .addOption(new Option('--real-time', 'the same as --speed 1').helpGroup(where).conflicts('speed'));
}

/** The option that names the folder of a world. */
export function withWorldFolder(verb: CommandUnknownOpts, standard: string): CommandUnknownOpts {
  return verb.addOption(
    new Option('--world <DIR>', 'where the local world is kept').default(standard).argParser(folderOf).helpGroup(where),
  );
}

/** The option that chooses how the answer is written; for programs nothing else is written, and no progress. */
export const withOutput = (verb: CommandUnknownOpts, more: readonly ('wide' | 'name')[] = []): CommandUnknownOpts =>
  verb.addOption(
    new Option('-o, --output <FORMAT>', 'how the answer is written (default: text)')
      .choices(['json', 'yaml', ...more])
      .helpGroup(general),
  );

/** The option that takes a lock over. */
export const takeOverOption = () =>
  new Option('--take-over', 'take the lock over from a run that has ended without giving it back');

/** The option that does not show the run to its end. */
export const noWaitOption = () => new Option('--no-wait', 'return as soon as the run has started');

/** The option that only says what would happen. What is about a run that it does not start, it does not take. */
export const dryRunOption = (text: string) =>
  new Option('--dry-run', text).conflicts(['takeOver', 'requestId', 'timeout', 'wait']);

/** The option that names the request. */
export const requestIdOption = () =>
  new Option(
    '--request-id <ID>',
    'names the request: repeated with the same id, it finds its run instead of starting another',
  );

/** The option that bounds how long a run is watched. Whoever does not wait has nothing to bound. */
export const timeoutOption = () =>
  new Option('--timeout <DURATION>', 'stop watching after so long, such as 30m or 1h30m; the run continues')
    .argParser(millisecondsOf)
    .conflicts('wait');

/** Options that every verb has. A value that is given twice is refused: one of the two would count for nothing. */
export function withGeneral(verb: CommandUnknownOpts): CommandUnknownOpts {
  verb
    .addOption(new Option('--debug', 'show errors with their stack').helpGroup(general))
    .addHelpOption(new Option('-h, --help', 'show this text').helpGroup(general));
  for (const option of verb.options.filter((one) => one.required)) {
    let isGiven = false;
    verb.on(`option:${option.name()}`, () => {
      if (isGiven) throw usageError(`${option.long} is given twice; only one of the two could count.`);
      isGiven = true;
    });
  }
  return verb;
}

/** What the common options of a verb say. What was said decides, then the environment: KUBESTEP_ENDPOINT means AWS. */
export function commonOptionsOf(
  verb: CommandUnknownOpts,
  { KUBESTEP_ENDPOINT: fromEnvironment }: NodeJS.ProcessEnv,
): { readonly where: Where; readonly format: Format } {
  const options = verb.opts() as CommonOptions;
  return { where: whereOf(options, fromEnvironment || undefined, verb), format: options.output ?? 'text' };
}

function whereOf(options: CommonOptions, fromEnvironment: string | undefined, verb: CommandUnknownOpts): Where {
  const {
    target,
    endpoint: said,
    world = defaultWorld,
    realTime,
    speed = realTime ? 1 : undefined,
    mocks,
    port,
  } = options;
  if (target === 'local' && said !== undefined)
    throw usageError('--endpoint is of a deployment in AWS; --target local has none. Say one of the two.');
  const local = {
    kind: 'local',
    world,
    ...(speed !== undefined && { speed }),
    ...(mocks !== undefined && { mocks }),
    ...(port !== undefined && { port }),
  };
  const isOfDeployments = verb.options.some(({ long }) => long === '--target');
  if (target === 'local' || !isOfDeployments) return local as Where;
  if (said !== undefined) return { kind: 'aws', endpoint: said };
  if (fromEnvironment !== undefined && !isEndpoint(fromEnvironment))
    throw usageError(`KUBESTEP_ENDPOINT takes ${endpointForm}, not "${fromEnvironment}".`);
  if (fromEnvironment !== undefined) return { kind: 'aws', endpoint: fromEnvironment };
  if (target === 'aws')
    throw usageError('--target aws needs --endpoint or KUBESTEP_ENDPOINT; sls info shows the endpoint.');
  return local as Where;
}

const endpointForm = "the URL of a deployment's HTTP API (sls info shows it)";

const isEndpoint = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

function endpointOf(text: string): string {
  if (isEndpoint(text)) return text;
  throw new InvalidArgumentError(`It takes ${endpointForm}.`);
}

function folderOf(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('It takes a folder.');
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (text.trim() !== '' && Number.isFinite(speed) && speed > 0 && speed <= 100_000) return speed;
  throw new InvalidArgumentError('It takes a number above 0 and up to 100000.');
}

/** A duration as kubectl takes it: `90s`, `30m`, `1h30m`. */
function millisecondsOf(text: string): number {
  const [, h = '0', m = '0', s = '0', ms = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text) ?? [];
  const total = Number(h) * 3_600_000 + Number(m) * 60_000 + Number(s) * 1000 + Number(ms);
  if (total > 0 && Number.isSafeInteger(total)) return total;
  throw new InvalidArgumentError('It takes a duration above 0 such as 90s, 30m or 1h30m.');
}
