/** The tests that judge a file, as jest's patterns: those that are likely to notice a bug in it first, and cheap ones before whole lives. */
export function suitesFor(file: string): readonly string[] {
  const near = nearest.find(([folder]) => file.startsWith(folder))?.[1] ?? [];
  return [...new Set([...near, ...lives, ...stack, ...wide])];
}

const stack = [
  'test/stack/(conditions|permissions|stateMachines|functions|errors|store|trust).test',
  'test/iam/authorizationReference',
];

const lives = ['test/workflows/createCluster', 'test/workflows/deleteCluster'];

const nearest: readonly (readonly [string, readonly string[]])[] = [
  ['shared/machine/files/', ['test/unit/machine/(bundle|machineFiles|confinement|template)']],
  ['shared/machine/script/', ['test/unit/machine/']],
  ['shared/machine/', ['test/unit/machine/(bundle|template)', 'test/unit/nodeApi']],
  ['shared/nodeApi/', ['test/unit/nodeApi']],
  ['shared/validation', ['test/unit/spec', 'test/unit/blueprint']],
  ['functions/nodeApi', ['test/unit/nodeApi']],
  ['shared/pki', ['test/unit/pki', 'test/unit/nodeApi']],
  ['shared/spec', ['test/unit/spec']],
  ['shared/blueprint', ['test/unit/blueprint', 'test/unit/boundary', 'test/unit/addons']],
  ['shared/network', ['test/unit/network', 'test/unit/blueprint']],
  ['shared/addons', ['test/unit/addons']],
  ['shared/releases', ['test/unit/releases', 'test/unit/blueprint']],
  ['shared/export', ['test/unit/export', 'test/workflows/exportTerraform']],
  ['shared/operations', ['test/unit/cli', 'test/workflows/(oneWriter|repeatedCreation|refusedStart)']],
  ['statemachines', ['test/unit/steps/stateMachines', 'test/house/stateMachines']],
  ['functions', lives],
  ['shared', lives],
];

/** What can go wrong around one cluster's life. */
const wide = [
  'test/unit/(steps|nodeApi|aws|boundary|blueprint)/',
  'test/workflows/(retained|routed|kubeconfig|oneWriter|repeated|refusedStart|existing|asPlanned)',
  'test/attacks/(workflows|machines|anotherCluster|roles|keys|doors|strangers|twoDeployments)',
  'test/faults/(throttling|timeouts|events|capacity|nodeApiAttacks|failingMachine|silentMachine|slowDeletion)',
];
