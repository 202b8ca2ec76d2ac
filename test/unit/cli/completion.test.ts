import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

test.each([
  [['delete'], ['demo', 'shop']],
  [
    ['get', 'nodes'],
    ['demo', 'shop'],
  ],
  [['watch'], ['create-demo', 'create-shop']],
])('directly after %j come names, too: %j', async (words, names) => {
  const { lines } = await run(['completion', 'words', '--', ...words], api, { KUBESTEP_ENDPOINT: 'https://api' });
  expect(lines).toEqual(expect.arrayContaining([...names, '--endpoint', '--help']));
});

test('what is wrong in the words before the cursor is no error, and what is known without asking is offered', async () => {
  for (const wrong of [['--endpoint', 'garbage'], ['--context', 'gone'], ['--world=']])
    expect(await run(['completion', 'words', '--', 'delete', ...wrong], api)).toMatchObject({
      code: 0,
      errorText: '',
      lines: expect.arrayContaining(['--yes']),
    });
});

test('a world that no process serves is not opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-completion-'));
  const { opened, code } = await run(['completion', 'words', '--', 'delete', '--world', folder], api);
  expect({ opened, code }).toEqual({ opened: [], code: 0 });
  rmSync(folder, { recursive: true });
});

/** What somebody could name a cluster or a context who wants a shell to execute it. */
const hostile = ['$(touch executed)', '`touch executed`', '-o', 'two words', '; touch executed'];

test('only names that a shell takes as they are are offered', async () => {
  const answers: Api = () => ok({ clusters: ['demo', ...hostile].map((name) => ({ name })) });
  const { lines } = await run(['completion', 'words', '--', 'delete', ...aws], answers);
  expect(lines).toContain('demo');
  for (const name of hostile) expect(lines).not.toContain(name);
});

test('a file with a name of a context that a shell could execute is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-completion-'));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, `contexts: { '${hostile[0]}': { target: local } }`);
  const { errorText } = await run(['context', 'list'], api, { KUBESTEP_CONFIG: file });
  expect(errorText).toMatch(/the name of a context takes letters/);
  rmSync(folder, { recursive: true });
});

const hasBash = spawnSync('bash', ['--version']).status === 0;

(hasBash ? describe : describe.skip)('bash', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubestep-completion-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What bash offers where its words are these, and what it has asked the command. */
  async function pressTab(words: readonly string[], answers: readonly string[]) {
    writeFileSync(join(folder, 'completion.bash'), (await run(['completion', 'bash'])).text);
    writeFileSync(join(folder, 'answers'), `${answers.join('\n')}\n`);
    const script = `kubestep() { printf '%s\\n' "$@" > asked; cat answers; }
      source completion.bash
      COMP_WORDS=(kubestep "$@"); COMP_CWORD=$#
      _kubestep
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], { cwd: folder, encoding: 'utf8' });
    const asked = readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n').slice(3);
    return { offered: stdout.trimEnd().split('\n'), asked, stderr };
  }

  test('executes nothing of what is offered', async () => {
    const { offered, stderr } = await pressTab(['get', 'clusters', '--context', ''], ['prod', ...hostile]);
    expect({ offered, stderr }).toEqual({ offered: ['prod', ...hostile], stderr: '' });
    expect(existsSync(join(folder, 'executed'))).toBe(false);
  });

  test.each([
    [['delete', ''], ['delete'], ['demo', 'dev']],
    [['delete', 'de'], ['delete'], ['demo', 'dev']],
    [['delete', 'dem'], ['delete'], ['demo']],
    [
      ['delete', '--context', '=', 'prod', 'de'],
      ['delete', '--context=prod'],
      ['demo', 'dev'],
    ],
    [
      ['delete', '--context', '=', 'de'],
      ['delete', '--context'],
      ['demo', 'dev'],
    ],
    [
      ['delete', '--context', '='],
      ['delete', '--context'],
      ['demo', 'dev'],
    ],
    [
      ['delete', '--endpoint', 'https', ':', '//api', 'de'],
      ['delete', '--endpoint', 'https://api'],
      ['demo', 'dev'],
    ],
  ])('with the words %j asks about %j and offers %j', async (words, asked, offered) => {
    expect(await pressTab(words, ['demo', 'dev'])).toEqual({ offered, asked, stderr: '' });
  });
});

test('credentials that never come do not keep who presses Tab waiting', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-completion-'));
  mkdirSync(join(folder, 'home'));
  const config = join(folder, 'config');
  // Reads what nobody writes, until this process ends.
  writeFileSync(config, '[default]\ncredential_process = cat\n');
  const environment = { PATH: process.env.PATH, HOME: join(folder, 'home'), AWS_CONFIG_FILE: config };
  const words = ['completion', 'words', '--', 'delete', '--endpoint', 'http://127.0.0.1:1'];
  const command = spawn('node', ['cli/kubestep.mjs', ...words], { env: environment });
  let text = '';
  command.stdout.on('data', (some: Buffer) => {
    text += some.toString();
  });
  expect(await once(command, 'close')).toEqual([0, null]);
  expect(text).toContain('--yes');
  rmSync(folder, { recursive: true });
});
