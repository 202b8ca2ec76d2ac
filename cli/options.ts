import { type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type NamedContext, namedContext, readContexts } from './contexts.ts';
import { endpointForm, isEndpoint } from './endpoint.ts';
import { usageError } from './exitCodes.ts';

/** Where a command works. */
export type Where =
  | {
      readonly kind: 'aws';
      readonly endpoint: string;
      /** The context that named the endpoint. */
      readonly context?: string;
      readonly region?: string | undefined;
      readonly profile?: string | undefined;
    }
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
  readonly context?: string;
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
  withContext(verb)
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

/** The option that names a deployment, or a world of the model. */
export function withContext(verb: CommandUnknownOpts): CommandUnknownOpts {
  return verb.addOption(
    new Option('--context <NAME>', 'the deployment of this name (kubestep context list)')
      .conflicts(['target', 'endpoint'])
      .helpGroup(where),
  );
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

/** The option that bounds how long a run is watched. Without waiting there is nothing to limit. */
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

/**
 * What the common options of a verb say. What was said decides, then the environment (KUBESTEP_ENDPOINT means AWS), then the current
 * context.
 */
export function commonOptionsOf(
  verb: CommandUnknownOpts,
  environment: NodeJS.ProcessEnv,
): { readonly where: Where; readonly format: Format } {
  const options = verb.opts() as CommonOptions;
  return { where: whereOf(options, environment, verb), format: options.output ?? 'text' };
}

function whereOf(options: CommonOptions, environment: NodeJS.ProcessEnv, verb: CommandUnknownOpts): Where {
  const fromEnvironment = environment.KUBESTEP_ENDPOINT || undefined;
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
  if (target === 'local') return local as Where;
  if (options.context !== undefined) {
    const contexts = readContexts(environment);
    return inContext(options.context, namedContext(contexts, options.context), local as Where, verb);
  }
  const knows = (option: string) => verb.options.some(({ long }) => long === option);
  if (!knows('--target'))
    return knows('--context') ? inLocalContext(local as Where, environment, verb) : (local as Where);
  if (said !== undefined) return { kind: 'aws', endpoint: said };
  if (fromEnvironment !== undefined && !isEndpoint(fromEnvironment))
    throw usageError(`KUBESTEP_ENDPOINT takes ${endpointForm}, not "${fromEnvironment}".`);
  if (fromEnvironment !== undefined) return { kind: 'aws', endpoint: fromEnvironment };
  const { currentContext, ...contexts } = readContexts(environment);
  const current = currentContext === undefined ? undefined : namedContext(contexts, currentContext);
  if (currentContext !== undefined && current && (target === undefined || target === current.target))
    return withoutWhatTheEnvironmentSays(inContext(currentContext, current, local as Where, verb), environment);
  if (target === 'aws')
    throw usageError('--target aws needs --endpoint, KUBESTEP_ENDPOINT or a context; sls info shows the endpoint.');
  return local as Where;
}

/** For what works in the model alone, a current context counts where it is of the model. */
function inLocalContext(local: Where, environment: NodeJS.ProcessEnv, verb: CommandUnknownOpts): Where {
  const { currentContext, ...contexts } = readContexts(environment);
  const current = currentContext === undefined ? undefined : namedContext(contexts, currentContext);
  return currentContext !== undefined && current?.target === 'local'
    ? inContext(currentContext, current, local, verb)
    : local;
}

/** Where a context says that the command works. A world that was named all the same is the one that is meant. */
function inContext(name: string, named: NamedContext, local: Where, verb: CommandUnknownOpts): Where {
  if (named.target === 'aws') {
    const { endpoint, region, profile } = named;
    return { kind: 'aws', context: name, endpoint, region, profile };
  }
  const isSaid = verb.getOptionValueSource('world') === 'cli';
  return named.world === undefined || isSaid || local.kind !== 'local' ? local : { ...local, world: named.world };
}

/** Nobody named the current context in this command line, so credentials and region of the environment come before its own. */
function withoutWhatTheEnvironmentSays(where: Where, environment: NodeJS.ProcessEnv): Where {
  if (where.kind === 'local') return where;
  const hasCredentials = Boolean(environment.AWS_PROFILE || environment.AWS_ACCESS_KEY_ID);
  const hasRegion = Boolean(environment.AWS_REGION || environment.AWS_DEFAULT_REGION);
  return {
    ...where,
    ...(hasCredentials && { profile: undefined }),
    ...(hasRegion && { region: undefined }),
  };
}

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
