import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exitCodes } from '../../cli/exitCodes.ts';

jest.setTimeout(600_000); // packing and two runs, on a machine that may be busy

let folder: string;
let team: string;
let packed: readonly string[];

/** Nobody answers there: whatever npm or the command would want of a registry fails. */
const noNetwork = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_offline: 'true' };

const execute = promisify(execFile);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-install-'));
  team = join(folder, 'team');
  mkdirSync(team);
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], { maxBuffer: 1 << 24 });
  const [{ files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ files: { path: string }[] }];
  packed = files.map(({ path }) => path);
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '';
  const environment = { ...process.env, ...noNetwork };
  await execute('npm', ['install', '--prefix', team, join(folder, tarball)], { cwd: team, env: environment });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the installed command in the folder of the team. */
async function kubestep(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const program = join(team, 'node_modules', '.bin', 'kubestep');
  const { KUBESTEP_ENDPOINT: _, ...inherited } = process.env;
  const env = { ...inherited, ...noNetwork, ...environment };
  try {
    const { stdout, stderr } = await execute(program, words, { cwd: team, env, maxBuffer: 1 << 24 });
    return { code: 0, text: stdout, errorText: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout, errorText: stderr };
  }
}

test('the package holds the command and what it was built of, no test and no source', () => {
  expect(packed).toEqual(
    expect.arrayContaining(['cli/kubestep.mjs', 'dist/cli/main.js', 'dist/template.json', 'LICENSE']),
  );
  expect(packed.filter((path) => /(^|\/)test|\.ts$/.test(path))).toEqual([]);
});

test('says its help and its version', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect((await kubestep(['--help'])).text).toContain('Usage: kubestep VERB');
  expect((await kubestep(['version'])).text).toContain(`kubestep ${version}`);
});

test('creates, lists and deletes a cluster in a folder that held nothing', async () => {
  const spec = join(team, 'node_modules', 'kubestep', 'dist', 'events', 'createCluster.json');
  const created = await kubestep(['create', '-f', spec, '--speed', '2000']);
  expect(created.text).toContain('demo is ready');
  expect(created.code).toBe(exitCodes.done);
  expect((await kubestep(['get', 'clusters'])).text).toMatch(/^demo +active/m);
  expect((await kubestep(['get', 'nodes', 'demo'])).text).toContain('master-0');
  const deleted = await kubestep(['delete', 'demo', '--speed', '2000']);
  expect(deleted.text).toContain('demo is deleted');
  expect(deleted.code).toBe(exitCodes.done);
});

test('asks a deployment over its signed API, here one that another process serves', async () => {
  const program = join(team, 'node_modules', '.bin', 'kubestep');
  const server = spawn(program, ['serve'], { cwd: team, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    for await (const text of server.stdout) if (String(text).includes('Embedded model')) break;
    const { text } = await kubestep(['serve', '--env', '-o', 'json']);
    const environment = JSON.parse(text) as Record<string, string>;
    const endpoint = environment.AWS_ENDPOINT_URL ?? '';
    const { code, text: answer } = await kubestep(
      ['get', 'clusters', '--endpoint', endpoint, '-o', 'json'],
      environment,
    );
    expect(code).toBe(exitCodes.done);
    expect(JSON.parse(answer)).toEqual([]);
  } finally {
    server.kill();
  }
});
