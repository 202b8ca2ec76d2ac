import { inNode } from './cluster.ts';

const settings = [
  'ETCDCTL_ENDPOINTS=https://127.0.0.1:2379',
  'ETCDCTL_CACERT=/etc/etcd/pki/etcd-ca.crt',
  'ETCDCTL_CERT=/etc/etcd/pki/etcd-healthcheck-client.crt',
  'ETCDCTL_KEY=/etc/etcd/pki/etcd-healthcheck-client.key',
].join(' ');

/** Runs etcdctl on a master, as one who may ask its member. */
export const etcdctl = (master: string, command: string): Promise<string> =>
  inNode(master, `env ${settings} etcdctl --command-timeout 20s ${command}`);

/** How many members answer and agree, as seen from a master. */
export async function healthyMembers(master: string): Promise<number> {
  // etcdctl fails when one member is down, and still says who is well.
  const text = await inNode(
    master,
    `env ${settings} etcdctl --command-timeout 5s endpoint health --cluster --write-out json 2> /dev/null || true`,
  );
  return (JSON.parse(text) as { health: boolean }[]).filter(({ health }) => health).length;
}
