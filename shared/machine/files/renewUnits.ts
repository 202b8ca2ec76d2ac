import { file } from '../template.ts';

/** /etc/systemd/system/kubestep-renew.service */
export const renewService = file`
[Unit]
Description=Renews the certificates of this machine that are two thirds through their lifetime
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
EnvironmentFile=-/etc/kubestep/endpoints.env
ExecStart=/usr/local/bin/kubestep-node renew
TimeoutStartSec=600
`;

/** /etc/systemd/system/kubestep-renew.timer: the shortest lifetime is a day, so an hour and a half leave five tries before the last third of it is over. */
export const renewTimer = file`
[Unit]
Description=Looks every hour whether certificates are to be renewed

[Timer]
OnBootSec=1h
OnUnitActiveSec=1h
# Thousands of nodes are launched together and must not come back together.
RandomizedDelaySec=30min

[Install]
WantedBy=timers.target
`;
