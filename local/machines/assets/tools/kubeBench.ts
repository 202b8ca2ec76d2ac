import type { ToolRecipe } from './ensureTool.ts';

const module = { path: 'github.com/aquasecurity/kube-bench', version: 'v0.15.6' };

/** The newest profile of the CIS benchmark that kube-bench has for Kubernetes of no particular vendor. */
export const cisProfile = 'cis-1.12';

/** kube-bench, which judges machines by the CIS benchmark, with the checks of one profile. */
export const kubeBench: ToolRecipe = {
  name: 'kube-bench',
  version: module.version.slice(1),
  modules: [module],
  programs: [{ name: 'kube-bench', package: module.path }],
  stamps: { [`${module.path}/cmd.KubeBenchVersion`]: module.version },
  reads: { module, folder: `cfg/${cisProfile}` },
};
