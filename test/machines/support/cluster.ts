import { join } from 'node:path';
import type { Ended } from '../../../local/machines/nspawn/machine/command.ts';
import { clientsOf } from './clients.ts';
import { type Kubectl, kubectlWith, type Node } from './kubectl.ts';
import { inMachine, worldIn } from './world.ts';

/** The cluster that all checks look at: three masters and two workers, made by `kubestep machines up`. */
export const world = worldIn(process.env['TEST_WORLD'] ?? join('.kubestep', 'test-machines', 'world'));
/** As events/machinesCluster.yaml has it. */
export const clusterName = 'local';
export const kubernetesVersion = '1.36.3';

export const kubeconfig = join(world.folder, `${clusterName}.kubeconfig`);
/** kubectl as one of its administrators. */
export const asAdministrator: Kubectl = kubectlWith(kubeconfig);

/** Runs kubectl as an administrator; what fails throws. */
export const kubectl = (...words: readonly string[]): Promise<string> => asAdministrator.run(words);
/** Runs kubectl on standard input. */
export const kubectlOn = (input: string, ...words: readonly string[]): Promise<string> =>
  asAdministrator.run(words, input);
/** Runs kubectl and says how it ended. */
export const kubectlEnding = (...words: readonly string[]): Promise<Ended> => asAdministrator.ending(words);

/** Nodes as the API has them. */
export const nodes = (): Promise<readonly Node[]> => asAdministrator.nodes();
/** Instance ids of the masters, always in the same order. */
export const masters = async (): Promise<readonly string[]> => (await nodes()).filter(isMaster).map(nameOf);
export const workers = async (): Promise<readonly string[]> =>
  (await nodes()).filter((node) => !isMaster(node)).map(nameOf);

/** Runs a script in one of the cluster's machines as root. */
export const inNode = (instanceId: string, script: string, seconds?: number): Promise<string> =>
  inMachine(world, instanceId, script, seconds);

/** AWS as the world's owner serves it on loopback. */
export const aws = () => clientsOf(world);

const isMaster = ({ metadata }: Node): boolean => 'node-role.kubernetes.io/control-plane' in metadata.labels;
const nameOf = ({ metadata }: Node): string => metadata.name;
