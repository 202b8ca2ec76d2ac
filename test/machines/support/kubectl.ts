import { join } from 'node:path';
import { assetFolder } from '../../../local/machines/assets/catalogue.ts';
import { type Ended, ended } from '../../../local/machines/nspawn/machine/command.ts';

/** What checks read of a node. */
export interface Node {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly providerID?: string;
    readonly podCIDR?: string;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastHeartbeatTime: string;
    }[];
    readonly addresses: readonly { readonly type: string; readonly address: string }[];
    readonly nodeInfo: {
      readonly kubeletVersion: string;
      readonly containerRuntimeVersion: string;
      readonly kernelVersion: string;
    };
  };
}

/** kubectl with one kubeconfig. */
export interface Kubectl {
  run(words: readonly string[], input?: string): Promise<string>;
  ending(words: readonly string[], input?: string): Promise<Ended>;
  nodes(): Promise<readonly Node[]>;
}

/** The kubectl that was built for this host. */
export const kubectlProgram = join(
  assetFolder(join('.kubestep', 'machines', 'assets'), { name: 'kubectl', version: '1.36.3' }),
  'kubectl',
);

/** A command that takes longer hangs: none of the checks waits inside kubectl for longer. */
const patienceSeconds = 240;

/** kubectl as a kubeconfig lets in. */
export function kubectlWith(kubeconfig: string): Kubectl {
  const ending = (words: readonly string[], input?: string): Promise<Ended> =>
    ended(kubectlProgram, ['--kubeconfig', kubeconfig, ...words], {
      timeoutSeconds: patienceSeconds,
      ...(input !== undefined && { input }),
    });
  async function run(words: readonly string[], input?: string): Promise<string> {
    const { exitCode, standardOutput, standardError } = await ending(words, input);
    if (exitCode !== 0)
      throw new Error(`kubectl ${words.join(' ')}: ${exitCode ?? 'killed'}: ${standardError.slice(-2000)}`);
    return standardOutput;
  }
  return {
    run,
    ending,
    async nodes() {
      return (JSON.parse(await run(['get', 'nodes', '--output', 'json'])) as { items: readonly Node[] }).items;
    },
  };
}

/** Whether a node counts as ready; `Unknown` is no. */
export const isReady = ({ status }: Node): boolean =>
  status.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
