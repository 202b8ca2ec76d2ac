import { parseArgs } from 'node:util';
import { usageError } from './exitCodes.ts';
import { isVerb, type Verb, verbHelp } from './help.ts';

/** What was asked for on the command line. */
export interface CommandLine {
  readonly verb: Verb | undefined;
  readonly words: readonly string[];
  readonly help: boolean;
  readonly debug: boolean;
  readonly json: boolean;
  readonly target: 'aws' | 'local';
  readonly endpoint: string | undefined;
  readonly world: string;
  readonly speed: number | undefined;
  readonly file: string | undefined;
  readonly cluster: string | undefined;
  readonly takeOver: boolean;
  readonly deleteVolumes: boolean;
  readonly offline: boolean;
  readonly off: boolean;
  /** Of serve: 0 for any that is free. */
  readonly port: number;
  readonly environment: boolean;
  readonly mocks: string | undefined;
  /** Of serve: ends when the last cluster is deleted. */
  readonly untilEmpty: boolean;
  /** Of machines: installs the packages that are missing. */
  readonly install: boolean;
  /** Of machines: their image has no components. */
  readonly plainImage: boolean;
  readonly awsDelays: boolean;
  /** Of get kubeconfig, all four; the deployment judges the hours. */
  readonly group: string | undefined;
  readonly hours: string | undefined;
  readonly out: string | undefined;
  readonly server: string | undefined;
}

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  debug: { type: 'boolean', default: false },
  output: { type: 'string', short: 'o' },
  target: { type: 'string' },
  endpoint: { type: 'string' },
  world: { type: 'string', default: '.kubestep/world' },
  speed: { type: 'string' },
  'real-time': { type: 'boolean', default: false },
  file: { type: 'string', short: 'f' },
  cluster: { type: 'string' },
  'take-over': { type: 'boolean', default: false },
  'delete-volumes': { type: 'boolean', default: false },
  offline: { type: 'boolean', default: false },
  off: { type: 'boolean', default: false },
  port: { type: 'string' },
  env: { type: 'boolean', default: false },
  mocks: { type: 'string' },
  'until-empty': { type: 'boolean', default: false },
  install: { type: 'boolean', default: false },
  'plain-image': { type: 'boolean', default: false },
  'aws-delays': { type: 'boolean', default: false },
  group: { type: 'string' },
  hours: { type: 'string' },
  out: { type: 'string' },
  server: { type: 'string' },
} as const;

/** Reads the command line; what is wrong with it is told with what is allowed. */
export function parseCommandLine(argv: readonly string[], environment: NodeJS.ProcessEnv): CommandLine {
  const { values, positionals, given } = parsed(argv);
  const [verb, ...words] = positionals;
  if (verb !== undefined && !isVerb(verb))
    throw usageError(
      `There is no verb "${verb}". Verbs are ${Object.keys(verbHelp).join(', ')}; kubestep --help tells them.`,
    );
  refuseForeignOptions(verb, given);
  if (values.output !== undefined && values.output !== 'json')
    throw usageError(`-o takes json, not "${values.output}"; without -o the answer is text.`);
  const { target, endpoint } = targetOf(values, environment);
  if (values.world === '') throw usageError('--world takes a folder, and "" is none.');
  return {
    verb,
    words,
    help: values.help,
    debug: values.debug,
    json: values.output === 'json',
    target,
    endpoint,
    world: values.world,
    speed: values['real-time'] ? 1 : speedOf(values.speed),
    file: values.file,
    cluster: values.cluster,
    takeOver: values['take-over'],
    deleteVolumes: values['delete-volumes'],
    offline: values.offline,
    off: values.off,
    port: portOf(values.port),
    environment: values.env,
    mocks: values.mocks,
    untilEmpty: values['until-empty'],
    install: values.install,
    plainImage: values['plain-image'],
    awsDelays: values['aws-delays'],
    group: values.group,
    hours: values.hours,
    out: values.out,
    server: values.server,
  };
}

type OptionName = keyof typeof options;

/** Options that every verb takes. */
const common: readonly OptionName[] = [
  'help',
  'debug',
  'output',
  'target',
  'endpoint',
  'world',
  'speed',
  'real-time',
  'mocks',
];

/** Options of one verb: said with another they would do nothing, and somebody would believe that they did. */
const own: Readonly<Record<Verb, readonly OptionName[]>> = {
  create: ['file', 'take-over'],
  delete: ['take-over', 'delete-volumes'],
  protect: ['off'],
  plan: ['file'],
  get: ['group', 'hours', 'out', 'server'],
  describe: ['cluster'],
  watch: ['cluster'],
  resume: ['cluster'],
  stop: ['cluster'],
  machines: ['file', 'install', 'plain-image', 'aws-delays'],
  serve: ['port', 'env', 'until-empty'],
  validate: ['file', 'offline'],
};

function refuseForeignOptions(verb: Verb | undefined, given: readonly OptionName[]): void {
  const twice = given.find((name, index) => given.indexOf(name) < index);
  if (twice !== undefined) throw usageError(`--${twice} is said twice; one of them would count for nothing.`);
  if (verb === undefined) return;
  const foreign = given.find((name) => !common.includes(name) && !own[verb].includes(name));
  if (foreign !== undefined) throw usageError(`--${foreign} is no option of ${verb}: ${usageOf(verb)}`);
}

function parsed(argv: readonly string[]) {
  try {
    const args = withJoinedSpeed(argv);
    const { values, positionals, tokens } = parseArgs({ args, options, allowPositionals: true, tokens: true });
    const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name as OptionName] : []));
    return { values, positionals, given };
  } catch (error) {
    throw usageError(`${(error as Error).message.split('. To specify')[0]}. kubestep --help tells the options.`);
  }
}

/** A number that begins with a minus is a wrong number, not an option that nobody knows. */
const withJoinedSpeed = (argv: readonly string[]): string[] =>
  argv.flatMap((word, index) => {
    if (word === '--speed' && /^-\d/.test(argv[index + 1] ?? '')) return [`--speed=${argv[index + 1]}`];
    return argv[index - 1] === '--speed' && /^-\d/.test(word) ? [] : [word];
  });

/** What was said decides, then the environment: with KUBESTEP_ENDPOINT set, the command works in AWS. */
function targetOf(
  said: { readonly target?: string | undefined; readonly endpoint?: string | undefined },
  { KUBESTEP_ENDPOINT: fromEnvironment }: NodeJS.ProcessEnv,
): Pick<CommandLine, 'target' | 'endpoint'> {
  if (said.target !== undefined && said.target !== 'aws' && said.target !== 'local')
    throw usageError(`--target takes aws or local, not "${said.target}".`);
  if (said.target === 'local') {
    if (said.endpoint === undefined) return { target: 'local', endpoint: undefined };
    throw usageError('--endpoint is of a deployment in AWS; --target local has none. Say one of the two.');
  }
  const endpoint = said.endpoint ?? (fromEnvironment || undefined);
  if (endpoint === undefined) return { target: said.target ?? 'local', endpoint };
  const source = said.endpoint === undefined ? 'KUBESTEP_ENDPOINT' : '--endpoint';
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
    throw usageError(`${source} takes the URL of a deployment's HTTP API (sls info shows it), not "${endpoint}".`);
  return { target: 'aws', endpoint };
}

function speedOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0 && speed <= 100_000) return speed;
  throw usageError(`--speed takes a number above 0 and up to 100000, not "${text}".`);
}

function portOf(text = '0'): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw usageError(`--port takes a number up to 65535, or 0 for any that is free, not "${text}".`);
}

/** The verb's own words: exactly these names, in this order; those in brackets may be missing. */
export function wordsOf<Name extends string>(
  { verb, words }: CommandLine,
  names: readonly Name[],
): Record<Name, string | undefined> {
  if (words.length > names.length) throw usageError(`"${words[names.length]}" is one word too many: ${usageOf(verb)}`);
  return Object.fromEntries(names.map((name, index) => [name, words[index]])) as Record<Name, string | undefined>;
}

/** A word that must be there. */
export function required(commandLine: CommandLine, value: string | undefined, what: string): string {
  if (value !== undefined) return value;
  throw usageError(`${what} is missing: ${usageOf(commandLine.verb)}`);
}

const usageOf = (verb: Verb | undefined): string => `kubestep ${verb === undefined ? '--help' : verbHelp[verb].usage}`;
