import { inNode } from './cluster.ts';

/** Where a component of a machine shows its certificate. */
export interface ServedCertificate {
  readonly of: string;
  readonly machine: string;
  readonly address: string;
}

/** Serial number of the certificate that a component shows now, asked for from its own machine. */
export async function servedSerial({ machine, address }: ServedCertificate): Promise<string> {
  const client = '-cert /etc/etcd/pki/etcd-healthcheck-client.crt -key /etc/etcd/pki/etcd-healthcheck-client.key';
  const withClient = address.endsWith(':2379') || address.endsWith(':2380') ? client : '';
  return inNode(
    machine,
    `openssl s_client -connect ${address} ${withClient} < /dev/null 2> /dev/null | openssl x509 -noout -serial`,
  );
}

/** Serial numbers of the certificates in a machine's files, by profile. */
export async function serialsOf(machine: string): Promise<ReadonlyMap<string, string>> {
  const text = await inNode(
    machine,
    'while read -r profile certificate _; do echo "$profile $(openssl x509 -in "$certificate" -noout -serial)"; done < /etc/kubestep/certificates',
  );
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
}

/**
 * Runs the renewal as its timer does, on a day that is so many days from now: to the node script `date` prints that day, and
 * everything else of the machine, the signing of its requests included, keeps the real time.
 */
export async function renewInDays(machine: string, days: number): Promise<string> {
  const shim = `#!/bin/bash
if [ "$*" = +%s ]; then echo $(($(/bin/date +%s) + ${days} * 86400)); else exec /bin/date "$@"; fi
`;
  return inNode(
    machine,
    `
# The first folder of the script's own search path.
cat > /usr/local/sbin/date << 'end of file'
${shim}end of file
chmod 0755 /usr/local/sbin/date
trap 'rm /usr/local/sbin/date' EXIT
systemctl start kubestep-renew.service
`,
    120,
  );
}

/** Processes of a machine's components, so that a restart is noticed. */
export const processesOf = (machine: string): Promise<string> =>
  inNode(
    machine,
    'systemctl show --property Id,MainPID,NRestarts etcd.service kube-apiserver.service kube-controller-manager.service kube-scheduler.service kubelet.service kube-proxy.service',
  );
