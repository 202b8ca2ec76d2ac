import type { ComponentName } from '../spec/componentsSchema.ts';

/** What a change of a field does to a cluster that lives. */
export type Effect =
  /** Refused: it takes a second cluster. */
  | { readonly kind: 'never'; readonly why: string }
  /** Only what kubestep knows of the cluster changes. */
  | { readonly kind: 'record' }
  /** Auto Scaling is given other limits; nothing restarts. */
  | { readonly kind: 'sizes' }
  /** Processes restart by other flags or files, on one machine at a time. */
  | { readonly kind: 'in place'; readonly components: readonly [ComponentName, ...ComponentName[]] }
  /** Manifests are applied inside the cluster. */
  | { readonly kind: 'addons' }
  /** Rules, tags or endpoints in AWS; nothing restarts. */
  | { readonly kind: 'in AWS' }
  /** Certificates are issued again. */
  | { readonly kind: 'certificates' }
  /** New machines take the place of a group's. */
  | { readonly kind: 'roll' }
  /** The machines of slots are replaced, one at a time. */
  | { readonly kind: 'replace' }
  /** Control plane and nodes, step by step. */
  | { readonly kind: 'upgrade' };

type Row = readonly [path: RegExp, effect: Effect];

const never = (path: RegExp, why: string): Row => [path, { kind: 'never', why }];
const inPlace = (path: RegExp, ...components: readonly [ComponentName, ...ComponentName[]]): Row => [
  path,
  { kind: 'in place', components },
];

/** Every field of the spec, and what a change of it does. A field has one row; node groups are named: `spec.nodeGroups[workers].max`. */
export const effects: readonly Row[] = [
  never(/^(apiVersion|kind)$/, 'it says what the document is'),
  never(/^metadata\.name$/, 'everything of the cluster is named by it'),
  never(/^metadata\.environment$/, 'everything of the cluster is tagged by it'),
  [/^metadata\.tags\b/, { kind: 'in AWS' }],
  never(/^spec\.region$/, 'a cluster lives in one region'),
  never(/^spec\.zones\b/, 'addresses, volumes and slots belong to their zone, by its position'),
  [/^spec\.kubernetesVersion$/, { kind: 'upgrade' }],
  [/^spec\.image$/, { kind: 'roll' }],
  inPlace(/^spec\.podSecurity$/, 'kube-apiserver'),
  never(/^spec\.secretsEncryption$/, 'Secrets that are stored would have to be written again'),
  [/^spec\.addons\b/, { kind: 'addons' }],
  [/^spec\.deletionProtection$/, { kind: 'record' }],

  never(/^spec\.network\.vpc\b/, 'machines cannot move to another VPC'),
  never(/^spec\.network\.(podCIDR|serviceCIDR)$/, 'running pods and Services keep their addresses'),
  never(/^spec\.network\.(plugin|calico\b.*)$/, 'two pod networks cannot serve one cluster at a time'),
  never(/^spec\.network\.natGateways$/, "each zone's route table would lose its way out meanwhile"),
  [/^spec\.network\.endpoints\b/, { kind: 'in AWS' }],

  never(/^spec\.api\.access$/, "a load balancer's scheme is fixed, and its name is in every kubeconfig"),
  [/^spec\.api\.allowedCIDRs\b/, { kind: 'in AWS' }],
  [/^spec\.api\.additionalSANs\b/, { kind: 'certificates' }],

  never(/^spec\.etcd\.(members|placement)$/, 'members would have to move between slots'),
  never(/^spec\.etcd\.volume\b/, 'the volume of a slot outlives its machines'),
  [/^spec\.etcd\.instanceType$/, { kind: 'replace' }],
  never(/^spec\.controlPlane\.count$/, 'slots are made with the cluster'),
  [/^spec\.controlPlane\.(instanceType|rootVolume\b.*)$/, { kind: 'replace' }],

  [/^spec\.nodeGroups\[[^\]]+\]\.(min|max|desired)$/, { kind: 'sizes' }],
  [/^spec\.nodeGroups\[[^\]]+\](\.(?!(?:min|max|desired)$).*)?$/, { kind: 'roll' }],

  inPlace(/^spec\.components\.etcd\b/, 'etcd'),
  inPlace(/^spec\.components\.kube-apiserver\b/, 'kube-apiserver'),
  inPlace(/^spec\.components\.kube-controller-manager\b/, 'kube-controller-manager'),
  inPlace(/^spec\.components\.kube-scheduler\b/, 'kube-scheduler'),
  [/^spec\.components\.(kubelet|kube-proxy)\b/, { kind: 'roll' }],
  inPlace(/^spec\.oidc\b/, 'kube-apiserver'),
  inPlace(/^spec\.auditPolicy\b/, 'kube-apiserver'),
  [/^spec\.(maintenanceWindow|backups)\b/, { kind: 'record' }],
];

/** What a change of the field does. */
export function effectOf(path: string): Effect {
  const found = effects.find(([pattern]) => pattern.test(path));
  if (found === undefined) throw new RangeError(`no effect is known of ${path}`);
  return found[1];
}

/** Why a field can never change while its cluster exists; undefined where it can. */
export function whyImmutable(path: string): string | undefined {
  const effect = effectOf(path);
  return effect.kind === 'never' ? effect.why : undefined;
}

/**
 * How long a machine takes to switch a component, until the next one follows, in seconds: an API server serves on for 70 s and is checked
 * by its balancer for 20 s; 20 s pass before the next one.
 */
const secondsAMachine: Readonly<Record<ComponentName, number>> = {
  'kube-apiserver': 150,
  'kube-controller-manager': 60,
  'kube-scheduler': 60,
  etcd: 60,
  kubelet: 60,
  'kube-proxy': 60,
};

/** What the change does and roughly how long it takes, for people. */
export function effectText(effect: Effect): string {
  switch (effect.kind) {
    case 'never':
      return `never: ${effect.why}`;
    case 'record':
      return 'nothing restarts';
    case 'sizes':
      return 'nothing restarts; Auto Scaling launches what is missing within minutes, and nodes above a smaller size stay until you drain them';
    case 'in place': {
      const seconds = effect.components.reduce((sum, component) => sum + secondsAMachine[component], 0);
      return `${effect.components.join(' and ')} restarts on one machine at a time, about ${seconds} s each`;
    }
    case 'addons':
      return 'add-ons are applied, about a minute';
    case 'in AWS':
      return 'not yet: rules, tags and endpoints in AWS; nothing restarts';
    case 'certificates':
      return 'not yet: certificates are issued again';
    case 'roll':
      return 'not yet: new machines take the place of those that run';
    case 'replace':
      return 'not yet: the machines of slots are replaced, one at a time';
    case 'upgrade':
      return 'not yet: an upgrade of the control plane and of every node';
  }
}

/** Whether reconfigureCluster carries the change out. */
export const isCarriedOut = ({ kind }: Effect): boolean =>
  kind === 'record' || kind === 'sizes' || kind === 'in place' || kind === 'addons';
