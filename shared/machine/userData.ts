import { fetchBundle } from './script/fetchBundle.ts';
import { file, fill } from './template.ts';

/** EC2 takes 16 KB; what a machine boots from is short enough to be read in the console. */
const userDataLimit = 4096;

/** What user data pins: where the machine asks, and for exactly which bundle. Nothing of it is secret. */
export interface PinnedBundle {
  /** Shown in the comment on top. */
  readonly description: string;
  readonly region: string;
  readonly nodeApiUrl: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

const template = file`
#!/bin/bash
# @@DESCRIPTION@@: leaves all work to a unit, because user data runs once and a unit at every boot.
set -euo pipefail
install -d -m 0755 /etc/kubestep /usr/local/lib/kubestep
cat > /etc/kubestep/pinned << 'end of file'
REGION=@@REGION@@
NODE_API=@@NODE_API@@
BUNDLE=@@BUNDLE@@
end of file
cat > /usr/local/lib/kubestep/fetch-bundle << 'end of file'
@@FETCH_BUNDLE@@end of file
chmod 0755 /usr/local/lib/kubestep/fetch-bundle
cat > /etc/systemd/system/kubestep-boot.service << 'end of file'
[Unit]
Description=Makes this machine a part of its cluster
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=oneshot
RemainAfterExit=yes
EnvironmentFile=-/etc/kubestep/endpoints.env
# Machines of one group boot together.
ExecStartPre=/bin/bash -c 'sleep $$((RANDOM %% 5))'
ExecStartPre=/usr/local/lib/kubestep/fetch-bundle
ExecStart=/usr/local/bin/kubestep-node boot
Restart=on-failure
RestartSec=10
TimeoutStartSec=infinity

[Install]
WantedBy=multi-user.target
end of file
systemctl daemon-reload
systemctl enable kubestep-boot.service
systemctl start --no-block kubestep-boot.service
`;

/** The script that an instance runs at its first boot. */
export function renderUserData({ description, region, nodeApiUrl, sha256 }: PinnedBundle): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError(`${sha256} is not a sha256 in hexadecimal.`);
  for (const text of [description, region, nodeApiUrl]) {
    if (!/^[\w .:/-]+$/.test(text)) throw new TypeError(`${JSON.stringify(text)} cannot stand in user data.`);
  }
  const script = fill(template, {
    DESCRIPTION: description,
    REGION: region,
    NODE_API: nodeApiUrl,
    BUNDLE: sha256,
    FETCH_BUNDLE: fetchBundle,
  });
  if (Buffer.byteLength(script) > userDataLimit)
    throw new RangeError(`User data is longer than ${userDataLimit} bytes.`);
  return script;
}

/** What a machine's user data pinned, as the machine itself would read it; undefined when it is not ours. */
export function readUserData(userData: string): Omit<PinnedBundle, 'description'> | undefined {
  const value = (name: string) => new RegExp(`^${name}=(.+)$`, 'm').exec(userData)?.[1];
  const [region, nodeApiUrl, sha256] = [value('REGION'), value('NODE_API'), value('BUNDLE')];
  return region && nodeApiUrl && sha256 ? { region, nodeApiUrl, sha256 } : undefined;
}
