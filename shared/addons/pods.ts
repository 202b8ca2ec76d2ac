/** Tolerates every taint: for what a node needs before it can be of use, and for what makes nodes usable. */
export const everyTaint = [{ operator: 'Exists' }];

/** Runs where the control plane runs too, so that a cluster whose workers are not there yet has it. */
export const mastersTolerated = [
  { key: 'CriticalAddonsOnly', operator: 'Exists' },
  { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
];

/** Runs only where the control plane runs: the node script puts this label on masters. */
export const onMasters = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }] }],
    },
  },
};

/** On different nodes and in different zones, as far as there are any. */
export const spreadOut = (labels: Readonly<Record<string, string>>) =>
  ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
  }));

/** An environment variable that the pod's own object fills. */
export const fromField = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });

/** Environment variables of these values. */
export const variables = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** A directory or file of the node. */
export const hostPath = (name: string, path: string, type?: 'FileOrCreate' | 'DirectoryOrCreate' | 'Directory') => ({
  name,
  hostPath: { path, ...(type && { type }) },
});

/** What a container that is nobody special on its node may do. */
export const confined = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
