import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exitCodes } from '../../../cli/exitCodes.ts';
import { ok, run } from './runCommand.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-contexts-'));
  file = join(folder, 'config.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

const prod = 'https://prod.execute-api.eu-west-1.amazonaws.com';
const dev = 'https://dev.execute-api.us-east-1.amazonaws.com';

const context = (...words: string[]) => run(['context', ...words], undefined, { KUBESTEP_CONFIG: file });

/** Where a command works that lists clusters with these words, in this environment. */
async function whereOf(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const listed = () => ok({ clusters: [] });
  const result = await run(['get', 'clusters', ...words], listed, { KUBESTEP_CONFIG: file, ...environment });
  return result.opened[0] ?? result.errorText;
}

async function twoDeployments(): Promise<void> {
  await context('set', 'prod', '--endpoint', prod, '--profile', 'operators', '--region', 'eu-west-1');
  await context('set', 'dev', '--endpoint', dev);
  await context('set', 'try', '--target', 'local', '--world', '/worlds/try');
}

test('what options say comes first, then the environment, then the current context, then the model', async () => {
  await twoDeployments();
  expect(await whereOf([])).toMatchObject({ kind: 'local' });
  await context('use', 'prod');
  const inProd = { kind: 'aws', endpoint: prod, context: 'prod', profile: 'operators', region: 'eu-west-1' };
  expect(await whereOf([])).toEqual(inProd);
  expect(await whereOf([], { KUBESTEP_ENDPOINT: 'https://elsewhere' })).toEqual({
    kind: 'aws',
    endpoint: 'https://elsewhere',
  });
  expect(await whereOf(['--context', 'dev'], { KUBESTEP_ENDPOINT: 'https://elsewhere' })).toMatchObject({
    endpoint: dev,
    context: 'dev',
  });
  expect(await whereOf(['--endpoint', 'https://said'])).toMatchObject({ endpoint: 'https://said' });
  expect(await whereOf(['--target', 'local'])).toMatchObject({ kind: 'local', world: '.kubestep/world' });
  expect(await whereOf(['--target', 'aws'])).toEqual(inProd);
  await context('use', '--none');
  expect(await whereOf([])).toMatchObject({ kind: 'local' });
});

test('credentials and region of the environment come before those of the current context, not of one that is named', async () => {
  await twoDeployments();
  await context('use', 'prod');
  const environment = { AWS_PROFILE: 'mine', AWS_REGION: 'us-west-2' };
  expect(await whereOf([], environment)).toMatchObject({ endpoint: prod, profile: undefined, region: undefined });
  expect(await whereOf(['--context', 'prod'], environment)).toMatchObject({
    profile: 'operators',
    region: 'eu-west-1',
  });
});

test('a world of the model can have a name, too', async () => {
  await twoDeployments();
  expect(await whereOf(['--context', 'try'])).toMatchObject({ kind: 'local', world: '/worlds/try' });
  expect(await whereOf(['--context', 'try', '--world', '/worlds/other'])).toMatchObject({ world: '/worlds/other' });
});

test('the first line of a command that changes something names the context', async () => {
  await twoDeployments();
  const { text } = await run(
    ['protect', 'demo', '--context', 'prod'],
    ({ path }) => ok(path === '/clusters' ? { deployment: { account: '1', region: 'eu-west-1', name: 'k' } } : {}),
    { KUBESTEP_CONFIG: file },
  );
  expect(text.split('\n')[0]).toMatch(/^AWS account 1, .*, context prod$/);
});

test('a context changes field by field, is listed with a star where it is current, and is forgotten', async () => {
  await twoDeployments();
  await context('use', 'prod');
  await context('set', 'prod', '--profile', 'auditors');
  expect((await context('list')).text).toMatch(new RegExp(`\\*  prod  aws +${prod} +eu-west-1  auditors`));
  expect((await context('delete', 'prod')).code).toBe(exitCodes.done);
  expect((await context('list')).text).not.toContain('prod');
  expect(await whereOf([])).toMatchObject({ kind: 'local' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('what no deployment has is refused, and nothing is written', async () => {
  for (const words of [
    ['set', 'prod'],
    ['set', 'prod', '--endpoint', 'garbage'],
    ['set', 'two words', '--endpoint', prod],
    ['set', 'try', '--target', 'local', '--profile', 'mine'],
    ['set', 'try', '--endpoint', prod, '--world', '/w'],
    ['use', 'prod'],
    ['use'],
    ['delete', 'toString'],
  ])
    expect([words, (await context(...words)).code]).toEqual([words, exitCodes.invalid]);
  expect(existsSync(file)).toBe(false);
});

test.each([
  ['contexts: [', /not YAML/],
  ['contexts: { prod: { target: aws } }', /contexts\.prod\.endpoint/],
  ['contexts: {}\ncurrentContexts: prod', /currentContexts/],
  ['currentContext: gone', /There is no context gone/],
])('a file that says %j is refused with what is wrong, and left as it is', async (text, message) => {
  writeFileSync(file, text);
  expect(await whereOf([])).toMatch(message);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(await whereOf(['--target', 'local'])).toMatchObject({ kind: 'local' });
});

test('options that would say where twice are refused', async () => {
  await twoDeployments();
  expect(await whereOf(['--context', 'prod', '--endpoint', dev])).toMatch(/--context.*--endpoint|cannot be used with/);
});

test('the file is where configuration is usually kept', async () => {
  await run(['context', 'set', 'dev', '--endpoint', dev], undefined, { XDG_CONFIG_HOME: join(folder, 'xdg') });
  await run(['context', 'set', 'dev', '--endpoint', dev], undefined, { HOME: folder });
  expect(existsSync(join(folder, 'xdg', 'kubestep', 'config.yaml'))).toBe(true);
  expect(existsSync(join(folder, '.config', 'kubestep', 'config.yaml'))).toBe(true);
});

test('a relative folder of a world means the one beside the person who set it, or beside the file that says it', async () => {
  await context('set', 'here', '--target', 'local', '--world', 'worlds/here');
  expect(await whereOf(['--context', 'here'])).toMatchObject({ world: resolve('worlds/here') });
  writeFileSync(file, 'contexts: { team: { target: local, world: worlds/team } }\n');
  expect(await whereOf(['--context', 'team'])).toMatchObject({ world: join(realpathSync(folder), 'worlds/team') });
});

test('serve works in the world that a context names, and in no deployment', async () => {
  await twoDeployments();
  const serve = async (...words: string[]) => run(['serve', '--env', ...words], undefined, { KUBESTEP_CONFIG: file });
  expect((await serve('--context', 'try')).errorText).toContain('Nothing serves the world in /worlds/try');
  expect((await serve('--context', 'prod')).errorText).toContain('prod is a deployment in AWS');
  await context('use', 'prod');
  expect((await serve()).errorText).toContain('in .kubestep/world');
  await context('use', 'try');
  expect((await serve()).errorText).toContain('in /worlds/try');
});

test('a file of contexts that is a link stays one, and nothing is left beside it', async () => {
  const real = join(folder, 'real.yaml');
  writeFileSync(real, 'contexts: {}\n');
  symlinkSync('real.yaml', file);
  await twoDeployments();
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, 'utf8')).toContain(prod);
  expect(readdirSync(folder).sort()).toEqual(['config.yaml', 'real.yaml']);
});

test.each([
  ['http://prod.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['http://127.0.0.1:4566', true],
  ['http://localhost:4566', true],
  ['http://[::1]:4566', true],
  ['https://prod.example.com', true],
  ['https://me:secret@prod.example.com', false],
])('%s is an endpoint: %s', async (endpoint, isOne) => {
  const { code } = await context('set', 'one', '--endpoint', endpoint);
  expect(code === exitCodes.done).toBe(isOne);
});
