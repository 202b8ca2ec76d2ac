/**
 * What an argument has to look like as a whole, by its name: extended regular expressions that JavaScript and bash read alike.
 * Values are looked up on the machine and never run.
 */
export const argumentForms = {
  /** SHA-256 of an asset. */
  manifest: '[0-9a-f]{64}',
  /** KIND/NAME in kube-system, several with spaces. */
  rollouts: '([a-z]+/[a-z0-9.-]+( [a-z]+/[a-z0-9.-]+)*)?',
  /** How many nodes must be ready. */
  nodes: '[0-9]{1,6}',
  /** Kubernetes' version, without a v. */
  version: '[0-9.]+',
  /** SHA-256 of a bundle. */
  bundle: '[0-9a-f]{64}',
  /** What is switched to a bundle by itself (components.ts). */
  component: '(machine|etcd|kube-apiserver|kube-controller-manager|kube-scheduler|containerd|kubelet|kube-proxy)',
} as const;

export type ArgumentName = keyof typeof argumentForms;

export interface VerbShape {
  readonly arguments: readonly ArgumentName[];
  /** The component that a machine must run to be asked; `any` for all machines of slots. */
  readonly on: 'etcd' | 'control-plane' | 'node' | 'any';
  /** It changes nothing of the cluster, so runs without its lock may ask for it, and it needs no fence. */
  readonly unfenced?: true;
  /** After this time the agent ends the verb. */
  readonly timeoutSeconds: number;
}

/**
 * What Run Command may ask of a machine. The SSM document, the functions that send verbs, the node script and the simulated
 * machines all follow this table.
 */
export const verbs = {
  'apply-overlay': { arguments: ['manifest', 'rollouts'], on: 'control-plane', timeoutSeconds: 3600 },
  'apply-addons': { arguments: ['manifest', 'rollouts'], on: 'control-plane', timeoutSeconds: 3600 },
  validate: { arguments: ['nodes', 'version'], on: 'control-plane', timeoutSeconds: 3600 },
  snapshot: { arguments: [], on: 'etcd', unfenced: true, timeoutSeconds: 1800 },
  'list-retained': { arguments: [], on: 'control-plane', timeoutSeconds: 3600 },
  stage: { arguments: ['bundle'], on: 'any', timeoutSeconds: 900 },
  switch: { arguments: ['component', 'bundle'], on: 'any', timeoutSeconds: 900 },
  verify: { arguments: [], on: 'any', timeoutSeconds: 300 },
} as const satisfies Readonly<Record<string, VerbShape>>;

export type NodeVerb = keyof typeof verbs;

/** The arguments that a verb takes, each by its name. */
export type VerbArguments<Verb extends NodeVerb> = Readonly<Record<(typeof verbs)[Verb]['arguments'][number], string>>;

export const isVerb = (name: string): name is NodeVerb => Object.hasOwn(verbs, name);

/** The arguments that the verb needs and that are missing or not of their form: machines refuse these. */
export function malformedArguments(verb: NodeVerb, given: Readonly<Record<string, string>>): ArgumentName[] {
  const names: readonly ArgumentName[] = verbs[verb].arguments;
  return names.filter((name) => !new RegExp(`^(${argumentForms[name]})$`).test(given[name] ?? '\n'));
}
