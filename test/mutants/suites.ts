/** The tests that judge a file, cheapest first: a mutant is killed by the first set that fails. */
export function suitesFor(file: string): readonly (readonly string[])[] {
  const near = nearest.find(([folder]) => file.startsWith(folder))?.[1] ?? [];
  return [[...near, ...(near.length > 0 ? [] : ['test/unit/steps', 'test/unit/aws'])], lives, wide];
}

const stack = [
  'test/stack/authorizationReference',
  'test/stack/permissions.test',
  'test/stack/stateMachines',
  'test/stack/functions',
  'test/stack/errors',
  'test/stack/store',
  'test/stack/trust',
];

const nearest: readonly (readonly [string, readonly string[]])[] = [
  ['shared/node/', ['test/unit/node/', 'test/unit/nodeApi']],
  ['functions/nodeApi', ['test/unit/nodeApi']],
  ['shared/pki', ['test/unit/pki', 'test/unit/nodeApi']],
  ['shared/spec', ['test/unit/spec', 'test/unit/blueprint']],
  ['shared/blueprint', ['test/unit/blueprint', 'test/unit/boundary', 'test/unit/addons']],
  ['shared/network', ['test/unit/network', 'test/unit/blueprint']],
  ['shared/addons', ['test/unit/addons']],
  ['shared/releases', ['test/unit/releases', 'test/unit/blueprint']],
  ['shared/operations', ['test/unit/cli', 'test/workflows/oneWriter', 'test/workflows/repeatedCreation']],
  ['statemachines', [...stack, 'test/unit/steps/stateMachines']],
  ['resources', stack],
  ['functions', ['test/unit/steps', ...stack]],
];

/** One cluster's life, and what others find in it. */
const lives = ['test/workflows/createCluster', 'test/workflows/deleteCluster', ...stack];

const wide = [
  'test/workflows/(retained|routed|kubeconfig|oneWriter|repeated|existing)',
  'test/attacks/(workflows|machines|anotherCluster|roles|keys)',
  'test/faults/(throttling|timeouts|events|capacity|nodeApiAttacks|moods)',
  'test/unit/(steps|nodeApi|aws|boundary)',
];
