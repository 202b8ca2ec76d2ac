import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../../../cli/exitCodes.ts';
import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import { exportOf, planInExistingVpc, planOf, somePlans } from '../export/anExport.ts';
import { aSpec, parsed, someFacts } from '../spec/aSpec.ts';
import { type Api, ok, run } from './runCommand.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A deployment that has this plan of the cluster demo. */
const deploymentOf =
  (plan: Plan): Api =>
  ({ method, path }) => {
    if (method !== 'GET') return undefined;
    if (path === '/clusters/demo/export/terraform') return ok(exportOf(plan));
    return path === '/clusters/demo/plan' ? ok({ plan }) : undefined;
  };

const written = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

describe('export terraform', () => {
  const plan = planOf(aSpec());
  const exported = (...words: string[]) =>
    run(['export', 'terraform', 'demo', '--out', folder, ...words], deploymentOf(plan));

  test('writes one file a kind into a new folder, and says on standard error what is left out', async () => {
    const out = join(folder, 'new', 'folder');
    const { code, text, errorText } = await run(['export', 'terraform', 'demo', '--out', out], deploymentOf(plan));
    expect(code).toBe(exitCodes.done);
    expect(readdirSync(out).sort()).toEqual(Object.keys(exportOf(plan).files).sort());
    expect(text).toContain(`terraform -chdir=${out} plan`);
    expect(errorText).toContain('left out: instance/master-0');
    expect(text).not.toContain('left out');
  });

  test('answers programs with the names of the files and with what is left out', async () => {
    const { text } = await exported('-o', 'json');
    const { files, leftOut } = exportOf(plan);
    expect(JSON.parse(text)).toEqual({ folder, files: Object.keys(files), leftOut });
  });

  test('says nothing on standard error to programs, which have it in the answer', async () => {
    expect((await exported('-o', 'json')).errorText).toBe('');
    expect((await exported('-o', 'yaml')).errorText).toBe('');
  });

  test('prints the next command so that a shell reads the folder as one word', async () => {
    const out = join(folder, "it’s $HOME or a 'quote'");
    const { text } = await run(['export', 'terraform', 'demo', '--out', out], deploymentOf(plan));
    const line = text.split('\n').find((one) => one.endsWith(' plan')) ?? '';
    const { stdout } = spawnSync('sh', ['-c', line.replace('terraform', 'printf "%s\\n"')], { encoding: 'utf8' });
    expect(stdout.split('\n').slice(0, 2)).toEqual([`-chdir=${out}`, 'plan']);
  });

  test.each([
    ['has no comment', {}],
    ['has a comment without a first line', { '//': [] }],
    [
      'has a comment of another cluster',
      { '//': ['Written by kubestep export terraform of the cluster demo2 (demo2-x)'] },
    ],
  ])('refuses an answer in which a file %s, and leaves what is in the folder', async (_, file) => {
    writeFileSync(join(folder, 'mine.tf.json'), '{"resource":{}}');
    const api: Api = () => ok({ files: { 'vpc.tf.json': file }, leftOut: [] });
    const { code } = await run(['export', 'terraform', 'demo', '--out', folder, '--force'], api);
    expect(code).toBe(exitCodes.defect);
    expect(readdirSync(folder)).toEqual(['mine.tf.json']);
  });

  test('says why a file cannot be replaced, and leaves nothing of its own behind', async () => {
    mkdirSync(join(folder, 'vpc.tf.json', 'inside'), { recursive: true });
    const { code, errorText } = await exported('--force');
    expect(code).toBe(exitCodes.invalid);
    expect(errorText).toContain('vpc.tf.json');
    expect(readdirSync(folder).filter((name) => !name.endsWith('.tf.json'))).toEqual([]);
  });

  test('replaces a link by force, and not the file that it leads to', async () => {
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'mine');
    symlinkSync(elsewhere, join(folder, 'vpc.tf.json'));
    expect((await exported('--force')).code).toBe(exitCodes.done);
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
    expect(written('vpc.tf.json')).toHaveProperty('resource');
  });

  test('replaces what it wrote before, and removes what is no longer there', async () => {
    await exported();
    const before = written('vpc.tf.json');
    writeFileSync(join(folder, 'gone.tf.json'), JSON.stringify({ '//': before['//'] }));
    writeFileSync(join(folder, 'mine.tf.json'), '{}');
    writeFileSync(join(folder, 'vpc.tf.json'), JSON.stringify({ '//': before['//'] }));
    expect((await exported()).code).toBe(exitCodes.done);
    expect(written('vpc.tf.json')).toEqual(before);
    expect(readdirSync(folder)).toContain('mine.tf.json');
    expect(readdirSync(folder)).not.toContain('gone.tf.json');
  });

  test.each([
    ['somebody’s own file', '{"resource":{}}'],
    [
      'the file of another cluster',
      JSON.stringify({ '//': ['Written by kubestep export terraform of the cluster other (other-x7k2p)'] }),
    ],
    ['a file that is no JSON', 'resource {'],
  ])('leaves %s alone unless it is forced', async (_, content) => {
    writeFileSync(join(folder, 'vpc.tf.json'), content);
    const refused = await exported();
    expect(refused.code).toBe(exitCodes.invalid);
    expect(refused.errorText).toContain('vpc.tf.json');
    expect(readdirSync(folder)).toEqual(['vpc.tf.json']);
    expect(readFileSync(join(folder, 'vpc.tf.json'), 'utf8')).toBe(content);
    expect((await exported('--force')).code).toBe(exitCodes.done);
    expect(written('vpc.tf.json')).toHaveProperty('resource');
  });

  test('says why a folder cannot be written to', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, errorText } = await run(['export', 'terraform', 'demo', '--out', file], deploymentOf(plan));
    expect(code).toBe(exitCodes.invalid);
    expect(errorText).toContain(file);
  });

  test.each(['../vpc.tf.json', '/etc/vpc.tf.json', 'vpc.sh'])(
    'writes no file that an answer names %s',
    async (name) => {
      mkdirSync(join(folder, 'inside'));
      const api: Api = () => ok({ files: { [name]: { '//': ['x'] } }, leftOut: [] });
      const { code } = await run(['export', 'terraform', 'demo', '--out', join(folder, 'inside')], api);
      expect(code).toBe(exitCodes.defect);
      expect(readdirSync(folder)).toEqual(['inside']);
      expect(readdirSync(join(folder, 'inside'))).toEqual([]);
    },
  );

  test('needs a folder, and a cluster that exists', async () => {
    expect((await run(['export', 'terraform', 'demo'], deploymentOf(plan))).code).toBe(exitCodes.invalid);
    const unknown = await run(['export', 'terraform', 'other', '--out', folder], deploymentOf(plan));
    expect(unknown.code).toBe(exitCodes.notFound);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('export manifest', () => {
  test.each(somePlans(20))('gives back a spec that makes the same blueprint: %s', async (_, plan) => {
    const { code, text } = await run(['export', 'manifest', 'demo'], deploymentOf(plan));
    expect(code).toBe(exitCodes.done);
    expect(buildBlueprint(parsed(text), plan.facts)).toEqual(plan.blueprint);
  });

  test('says the same as JSON, and names an existing VPC as the spec did', async () => {
    const plan = planInExistingVpc();
    const { text } = await run(['export', 'manifest', 'demo', '-o', 'json'], deploymentOf(plan));
    expect(parsed(JSON.parse(text))).toEqual(plan.spec);
    expect(JSON.parse(text).spec.network.vpc.id).toBe('vpc-0a1b2c3d');
    const yaml = await run(['export', 'manifest', 'demo', '-o', 'yaml'], deploymentOf(planOf(aSpec(), someFacts())));
    expect(parsed(yaml.text)).toEqual(aSpec());
  });
});
