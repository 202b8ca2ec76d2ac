import type { CommandResult, Machines } from '../../../local/cloud/machinePort.ts';
import { dataDevice } from './devices.ts';
import type { TestCommands } from './harness.ts';

export const httpPort = 8080;
export const tcpPort = 9090;
export const silentPort = 7070;

/** The substitute for a cluster's user data: at each boot a unit waits for the data volume, mounts it, and answers. */
export const userData = `#!/bin/bash
set -euo pipefail
cat > /usr/local/bin/answer << 'end of file'
#!/bin/bash
while IFS= read -r line && [ "$line" != $'\\r' ]; do :; done
printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok'
end of file
cat > /usr/local/bin/await-volume << 'end of file'
#!/bin/bash
set -eu
until [ -b ${dataDevice} ]; do sleep 0.2; done
blkid ${dataDevice} > /dev/null || mkfs.ext4 -q ${dataDevice}
mkdir -p /data
mountpoint -q /data || mount ${dataDevice} /data
end of file
cat > /etc/systemd/system/answers.service << 'end of file'
[Service]
TimeoutStartSec=infinity
ExecStartPre=/usr/local/bin/await-volume
ExecStart=/bin/sh -c 'socat TCP-LISTEN:${tcpPort},fork,reuseaddr EXEC:/bin/true & exec socat TCP-LISTEN:${httpPort},fork,reuseaddr EXEC:/usr/local/bin/answer'
Restart=always
[Install]
WantedBy=multi-user.target
end of file
chmod 0755 /usr/local/bin/answer /usr/local/bin/await-volume
systemctl daemon-reload
systemctl enable answers.service
systemctl start --no-block answers.service
`;

/** Commands as Systems Manager would run them on the machine. */
export function commandsOf(machines: Machines): TestCommands & { bootId(instanceId: string): Promise<CommandResult> } {
  const send = (instanceId: string, script: string, timeoutSeconds = 30) =>
    machines.runCommand({
      commandId: 'any',
      instanceId,
      documentName: 'AWS-RunShellScript',
      parameters: { commands: [script] },
      timeoutSeconds,
    });
  const written = (file: string) => `[ -e ${file} ] || cat /proc/sys/kernel/random/uuid > ${file}; cat ${file}`;
  return {
    once: (instanceId, name) => send(instanceId, written(`/var/lib/once-${name}`)),
    failing: (instanceId) => send(instanceId, 'echo no >&2; exit 7'),
    failingExitCode: 7,
    endless: (instanceId, timeoutSeconds) => send(instanceId, 'exec sleep infinity', timeoutSeconds),
    onceOnVolume: (instanceId) => send(instanceId, `mountpoint -q /data && { ${written('/data/once')}; }`),
    bootId: (instanceId) => send(instanceId, 'systemd-id128 boot-id'),
  };
}
