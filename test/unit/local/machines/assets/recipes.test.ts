import { goBuildCommand } from '../../../../../local/machines/assets/goCommands.ts';
import { wrapperModule } from '../../../../../local/machines/assets/goModules.ts';
import { type AssetRecipe, recipesFor } from '../../../../../local/machines/assets/recipes.ts';
import { releaseOf } from '../../../../../shared/releases/releases.ts';
import { assetsOf } from '../../../../../shared/releases/sources.ts';

const names = (assets: readonly { name: string; version: string; form: string }[]) =>
  assets.map(({ name, version, form }) => `${name} ${version} ${form}`).sort();

function recipe(name: string): AssetRecipe {
  const found = recipesFor(['1.36.3']).find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no recipe for ${name}`);
  return found;
}

const flags = (asset: AssetRecipe) => asset.programs.map((program) => goBuildCommand(asset, program, 'out'));

/** No release names kubelet's plugin for ECR, because no checksum of a published one is known. */
const publishedRecipes = (version: string) => recipesFor([version]).filter(({ name }) => name !== plugin);
const plugin = 'ecr-credential-provider';

test('kubelet’s plugin for ECR is built beside what releases name', () => {
  expect(recipe(plugin).version).toBe(releaseOf('1.36.3')?.ecrCredentialProvider);
});

test.each(['1.36.3', '1.36.1', '1.35.4'])('a recipe makes each file that machines of %s fetch', (version) => {
  const release = releaseOf(version);
  expect(release).toBeDefined();
  if (release) expect(names(publishedRecipes(version))).toEqual(names(assetsOf(release, 'amd64')));
});

test('files have the names that their publishers give them', () => {
  const release = releaseOf('1.36.3');
  const published = release ? assetsOf(release, 'amd64').map(({ source }) => source.split('/').at(-1)) : [];
  expect(publishedRecipes('1.36.3').map(({ file }) => file)).toEqual(published);
});

test('what two releases share is built once', () => {
  const built = recipesFor(['1.36.3', '1.35.4']).filter(({ name }) => name === 'containerd');
  expect(built).toHaveLength(1);
});

test('a version that is not offered has no recipe', () => {
  expect(() => recipesFor(['1.12.0'])).toThrow('Kubernetes 1.12.0 is not among the offered versions');
});

test('a component of Kubernetes is built with its version', () => {
  const [command] = flags(recipe('kubelet'));
  expect(command?.args.join(' ')).toContain('-X k8s.io/component-base/version.gitVersion=v1.36.3');
});

test('only runc calls C, and needs no shared library for it', () => {
  const callsC = recipesFor(['1.36.3']).filter((asset) =>
    flags(asset).some(({ environment }) => environment?.['CGO_ENABLED'] === '1'),
  );
  expect(callsC.map(({ name }) => name)).toEqual(['runc']);
  expect(flags(recipe('runc'))[0]?.args.join(' ')).toMatch(/-tags seccomp\b.*-extldflags "-static"/);
});

test('a folder that a module replaces a dependency by is taken at the version released with it', () => {
  const goMod = {
    Go: '1.26.0',
    Replace: [
      { Old: { Path: 'k8s.io/api' }, New: { Path: './staging/src/k8s.io/api' } },
      { Old: { Path: 'example.com/old' }, New: { Path: 'example.com/new', Version: 'v1.2.3' } },
    ],
  };
  expect(wrapperModule(recipe('kubelet'), [goMod]).split('\n')).toEqual(
    expect.arrayContaining([
      'go 1.26.0',
      'require k8s.io/kubernetes v1.36.3',
      'replace k8s.io/api => k8s.io/api v0.36.3',
      'replace example.com/old => example.com/new v1.2.3',
    ]),
  );
});

test('a folder of no known version is refused, not guessed', () => {
  const goMod = { Replace: [{ Old: { Path: 'example.com/part' }, New: { Path: './part' } }] };
  expect(() => wrapperModule(recipe('runc'), [goMod])).toThrow(/runc v1\.4\.3 replaces example\.com\/part by a folder/);
});
