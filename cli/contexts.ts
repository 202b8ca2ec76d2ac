import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { isEndpoint } from './endpoint.ts';
import { usageError } from './exitCodes.ts';

const deployment = z.strictObject({
  target: z.literal('aws'),
  /** Of the deployment's HTTP API. */
  endpoint: z.string().refine(isEndpoint, 'takes the URL of an HTTP API'),
  /** Signed for where the endpoint does not name its region. */
  region: z.string().optional(),
  /** Whose credentials of ~/.aws sign. */
  profile: z.string().optional(),
});

const model = z.strictObject({
  target: z.literal('local'),
  /** The folder of the world; a relative one lies beside the file. */
  world: z.string().min(1).optional(),
});

const contextSchema = z.discriminatedUnion('target', [deployment, model]);

/** What the name of a context may be; shells complete it. */
export const contextName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
export const contextNameForm = 'takes letters, digits, dots, hyphens and underscores';

const configSchema = z.strictObject({
  currentContext: z.string().optional(),
  contexts: z
    .record(z.string().regex(contextName), contextSchema, {
      error: ({ code }) => (code === 'invalid_key' ? `the name of a context ${contextNameForm}` : undefined),
    })
    .default({}),
});

/** A deployment, or a world of the model, that has a name of its own. */
export type NamedContext = z.output<typeof contextSchema>;
export type Contexts = z.output<typeof configSchema>;

/** Where contexts are kept: $KUBESTEP_CONFIG, or the usual place for configuration; undefined where there is no home. */
export function contextsFileOf({ KUBESTEP_CONFIG, XDG_CONFIG_HOME, HOME }: NodeJS.ProcessEnv): string | undefined {
  if (KUBESTEP_CONFIG) return KUBESTEP_CONFIG;
  const folder = XDG_CONFIG_HOME || (HOME ? join(HOME, '.config') : undefined);
  return folder && join(folder, 'kubestep', 'config.yaml');
}

/** The contexts of the file; none where there is no file. */
export function readContexts(environment: NodeJS.ProcessEnv): Contexts {
  const file = contextsFileOf(environment);
  const text = file === undefined ? undefined : read(file);
  if (text === undefined) return { contexts: {} };
  const parsed = configSchema.safeParse(documentOf(text, file ?? ''));
  if (parsed.success)
    return { ...parsed.data, contexts: withFolders(parsed.data.contexts, dirname(realFile(file ?? ''))) };
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
  throw usageError(`${file} is not a file of contexts:\n${problems.join('\n')}`);
}

/** Relative folders of worlds do not mean another one in each folder from which the command is called. */
function withFolders(contexts: Contexts['contexts'], folder: string): Contexts['contexts'] {
  const inFolder = (named: NamedContext): NamedContext =>
    named.target === 'local' && named.world !== undefined ? { ...named, world: resolve(folder, named.world) } : named;
  return Object.fromEntries(Object.entries(contexts).map(([name, named]) => [name, inFolder(named)]));
}

/** Writes the file whole, or leaves it as it was. A link stays one: what it names is written. */
export function writeContexts(environment: NodeJS.ProcessEnv, contexts: Contexts): string {
  const file = contextsFileOf(environment);
  if (file === undefined) throw usageError('There is no place for contexts: set KUBESTEP_CONFIG to a file, or HOME.');
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const real = realFile(file);
    // Of this process alone: another may write at the same time.
    const written = `${real}.${process.pid}`;
    try {
      writeFileSync(written, stringify(contexts), { mode: 0o600 });
      renameSync(written, real);
    } finally {
      rmSync(written, { force: true });
    }
  } catch (error) {
    throw usageError(`${file} cannot be written: ${(error as Error).message}.`);
  }
  return file;
}

/** The context of this name; says which there are where there is none. */
export function namedContext({ contexts }: Contexts, name: string): NamedContext {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found) return found;
  const known = Object.keys(contexts);
  throw usageError(
    `There is no context ${name}. ${known.length === 0 ? 'There are none yet' : `There are ${known.join(', ')}`}; kubestep context set makes one.`,
  );
}

/** The file that a link names; the name itself where there is nothing yet. */
function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw usageError(`${file} cannot be read: ${message}.`);
  }
}

function documentOf(text: string, file: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw usageError(`${file} is not YAML: ${(error as Error).message}`);
  }
}
