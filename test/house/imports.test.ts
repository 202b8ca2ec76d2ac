import { importCircles } from './importCircles.ts';
import { type Import, importsOf, type Source, sources } from './sources.ts';

/** A direction that imports may not take, and why. */
interface Rule {
  readonly sentence: string;
  readonly files: (path: string) => boolean;
  readonly allows: (imported: Import, file: Source) => boolean;
}

const below =
  (...folders: readonly string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));

const isSdk = (name: string) => name.startsWith('@aws-sdk/') || name.startsWith('@smithy/');

/** Decisions and data: what is true of a cluster before AWS is asked anything. */
const pure = ['network', 'releases', 'spec', 'facts', 'blueprint', 'validation'].map((folder) => `shared/${folder}`);

/** The floors of shared, the ground first: a folder imports only what lies below it. Errors, limits, time and chance are files of the ground. */
const floors = [
  'clients',
  'network',
  'releases',
  'spec',
  'facts',
  'blueprint',
  'pki',
  'validation',
  'store',
  'aws',
  'machine',
  'reports',
  'launch',
  'addons',
  'step',
  'nodeApi',
  'export',
  'operations',
];

const floorOf = (path: string) => floors.indexOf(path.split('/')[1] ?? '');

const isGround = (path: string) => below('shared')(path) && path.split('/').length === 2;

const rules: readonly Rule[] = [
  {
    sentence: 'functions know only shared and their own noun',
    files: below('functions'),
    allows: ({ target, isPackage }, { path }) =>
      isPackage ? !isSdk(target) : below('shared', path.split('/').slice(0, 2).join('/'))(target),
  },
  {
    sentence: 'shared knows only itself: nothing deployed knows that it may run locally',
    files: below('shared'),
    allows: ({ target, isPackage }) => isPackage || below('shared')(target),
  },
  {
    sentence: 'in shared, folders import one way: only what lies below them',
    files: below('shared'),
    allows: ({ target, isPackage }, { path }) =>
      isPackage || isGround(target) || (!isGround(path) && floorOf(target) <= floorOf(path)),
  },
  {
    sentence: 'in shared, only clients, aws, store and what starts or asks runs (operations) call AWS',
    files: (path) =>
      below('shared')(path) && !below('shared/clients', 'shared/aws', 'shared/store', 'shared/operations')(path),
    allows: ({ target, isPackage, onlyTypes }) => onlyTypes || !isPackage || !isSdk(target),
  },
  {
    sentence: 'spec, blueprint, network and releases are data and decisions: they reach neither AWS nor the store',
    files: below(...pure),
    allows: ({ target, isPackage }) =>
      isPackage
        ? ['zod', 'yaml', 'node:crypto'].includes(target)
        : below(...pure)(target) || target === 'shared/awsLimits.ts',
  },
  {
    sentence: 'the clock knows nothing of what it times',
    files: below('local/clock'),
    allows: ({ target, isPackage }) => (isPackage ? target.startsWith('node:') : below('local/clock')(target)),
  },
  {
    sentence: 'the interpreter knows only the clock and JSONata, nothing of kubestep',
    files: below('local/interpreter'),
    allows: ({ target, isPackage }) =>
      isPackage ? target === 'jsonata' || target === 'node:crypto' : below('local/interpreter', 'local/clock')(target),
  },
  {
    sentence: 'the model of AWS knows nothing of what runs on it; the SDK lends it only types',
    files: below('local/cloud'),
    allows: ({ target, isPackage, onlyTypes }) =>
      isPackage
        ? onlyTypes || !isSdk(target) || target === '@smithy/core/retry'
        : below('local/cloud', 'local/clock', 'local/interpreter')(target),
  },
  {
    sentence: 'simulated machines know the bundle that they boot from, never the functions that made it',
    files: below('local/machines/simulated'),
    allows: ({ target, isPackage }) => isPackage || below('local', 'shared/machine', 'shared/pki')(target),
  },
  {
    sentence:
      'what real machines fetch is built after the releases that the product offers, and baked by its node script',
    files: below('local/machines/assets'),
    allows: ({ target, isPackage }) =>
      isPackage || below('local', 'shared/releases', 'shared/blueprint', 'shared/machine/script')(target),
  },
  {
    sentence: 'real machines know nothing of the product: what they run, they fetch',
    files: below('local/machines/nspawn'),
    allows: ({ target, isPackage }) => isPackage || below('local')(target),
  },
  {
    sentence: 'only a deployment loads functions, and it does so by the name in the template',
    files: below('local', 'cli'),
    allows: ({ target }) => !below('functions')(target),
  },
  {
    sentence:
      'the command knows local through two files, localTarget and localMachines, and loads it only when it is used',
    files: below('cli'),
    allows: ({ target, dynamic }, { path }) =>
      !below('local')(target) || (/^cli\/local(Target|Machines)\.ts$/.test(path) && dynamic),
  },
  {
    sentence:
      'the command computes with spec, blueprint and pki, asks by the table of routes and reads histories; of everything else in shared it knows only the shapes',
    files: below('cli'),
    allows: ({ target, onlyTypes }) =>
      !below('shared')(target) ||
      onlyTypes ||
      ['shared/operations/routes.ts', 'shared/operations/runView.ts'].includes(target) ||
      below('shared/spec', 'shared/blueprint', 'shared/validation', 'shared/pki')(target),
  },
  {
    sentence: 'nothing that runs imports a test',
    files: below('functions', 'shared', 'local', 'cli', 'resources'),
    allows: ({ target }) => !below('test')(target),
  },
];

test.each(rules)('$sentence', ({ files, allows }) => {
  const watched = sources.filter(({ path }) => files(path));
  expect(watched.length).toBeGreaterThan(0);
  const broken = watched.flatMap((file) =>
    importsOf(file)
      .filter((imported) => !allows(imported, file))
      .map(({ target }) => `${file.path} imports ${target}`),
  );
  expect(broken).toEqual([]);
});

const inTurn = (path: string) => /^local\/interpreter\/(engineCore|run|turn)\.ts$/.test(path);

test('no files import each other, directly or by way of others', () => {
  const running = sources.filter(({ path }) => below('functions', 'shared', 'local', 'cli')(path));
  const imports = running.map((file) => {
    const own = importsOf(file).filter(({ isPackage, dynamic }) => !isPackage && !dynamic);
    // An engine, its runs and their turns hold each other; at run time each knows only the next.
    const inner = own.filter(({ target, onlyTypes }) => !onlyTypes || !inTurn(target) || !inTurn(file.path));
    return [file.path, inner.map(({ target }) => target)] as const;
  });
  expect(importCircles(new Map(imports))).toEqual([]);
});

test('a circle is found however long it is, and what only leads into it is no part of it', () => {
  const imports = { a: ['b'], b: ['c'], c: ['d', 'x'], d: ['b'], e: ['f'], f: ['e', 'x'], x: [] };
  expect(importCircles(new Map(Object.entries(imports)))).toEqual([
    ['b', 'c', 'd'],
    ['e', 'f'],
  ]);
});

test('every folder of shared has its floor', () => {
  const folders = new Set(
    sources.filter(({ path }) => below('shared')(path) && !isGround(path)).map(({ path }) => path.split('/')[1]),
  );
  expect([...folders].sort()).toEqual([...floors].sort());
});

test('imports are read as they are written', () => {
  const text = `import type { A } from './a.ts';
import { type B, type C } from '../b.ts';
import d, { type E } from 'd';
// import f from './f.ts';
const g = await import('./g.ts');
`;
  expect(importsOf({ path: 'shared/x/y.ts', text })).toEqual([
    { target: 'shared/x/a.ts', isPackage: false, onlyTypes: true, dynamic: false },
    { target: 'shared/b.ts', isPackage: false, onlyTypes: true, dynamic: false },
    { target: 'd', isPackage: true, onlyTypes: false, dynamic: false },
    { target: 'shared/x/g.ts', isPackage: false, onlyTypes: false, dynamic: true },
  ]);
});
