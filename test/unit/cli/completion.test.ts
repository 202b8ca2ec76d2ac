import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, ok, run } from './runCommand.ts';

const api: Api = ({ path }) => {
  if (path === '/clusters') return ok({ clusters: [{ name: 'demo' }, { name: 'shop' }] });
  const [, cluster] = /^\/clusters\/(\w+)\/runs$/.exec(path) ?? [];
  return cluster === undefined ? undefined : ok({ runs: [{ runId: `create-${cluster}`, clusterName: cluster }] });
};
const aws = ['--endpoint', 'https://api'];

const after = async (...words: string[]) => (await run(['completion', 'words', '--', ...words], api)).lines;

test('shells complete verbs, and the options of a verb', async () => {
  expect(await after()).toEqual(expect.arrayContaining(['create', 'get', 'delete']));
  expect(await after('get')).toEqual(expect.arrayContaining(['clusters', 'kubeconfig']));
  const ofDelete = await after('delete', 'demo');
  expect(ofDelete).toEqual(expect.arrayContaining(['--yes', '--delete-volumes']));
  expect(ofDelete).not.toContain('--offline');
  for (const shell of ['bash', 'zsh', 'fish'])
    expect((await run(['completion', shell])).text).toContain('kubestep completion words');
});

test.each([
  [
    ['delete', ...aws],
    ['demo', 'shop'],
  ],
  [
    ['get', 'nodes', ...aws],
    ['demo', 'shop'],
  ],
  [
    ['describe', 'cluster', ...aws],
    ['demo', 'shop'],
  ],
  [
    ['resume', ...aws],
    ['create-demo', 'create-shop'],
  ],
  [['resume', ...aws, '--cluster', 'shop'], ['create-shop']],
  [
    ['describe', 'run', ...aws],
    ['create-demo', 'create-shop'],
  ],
  [
    ['watch', ...aws, '--cluster'],
    ['demo', 'shop'],
  ],
])('after %j come names: %j', async (words, names) => {
  const offered = await after(...words);
  expect(offered.filter((word) => /^(create-)?(demo|shop)$/.test(word))).toEqual(names);
});

test.each([[['create', '-f']], [['plan', '--file']], [['get', 'kubeconfig', 'demo', '--out']]])(
  'after %j nothing is offered, so that the shell completes files',
  async (words) => {
    expect(await after(...words)).toEqual([]);
  },
);

test('after an option with few values come these, and a name that is there is not offered again', async () => {
  expect(await after('get', 'clusters', '-o')).toEqual(['json', 'yaml', 'wide', 'name']);
  expect(await after('delete', 'demo', ...aws)).not.toContain('shop');
});

test('names of contexts are those of the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-completion-'));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, 'contexts: { prod: { target: aws, endpoint: "https://api" } }');
  const words = ['completion', 'words', '--', 'get', 'clusters', '--context'];
  expect((await run(words, api, { KUBESTEP_CONFIG: file })).lines).toEqual(['prod']);
  rmSync(folder, { recursive: true });
});

test('a target that fails, or a world that is not there, offers no name and says nothing', async () => {
  const failing = await run(['completion', 'words', '--', 'delete', ...aws], () => ({ status: 500, body: {} }));
  expect(failing).toMatchObject({ code: 0, errorText: '' });
  const { opened, text } = await run(['completion', 'words', '--', 'delete', '--world', '/no/such/world'], api);
  expect(opened).toEqual([]);
  expect(text).toContain('--yes');
});
