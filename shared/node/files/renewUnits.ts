import { file } from '../template.ts';

/** /etc/systemd/system/kubestep-renew.service */
export const renewService = file`
[Unit]
Description=Renews the certificates of this machine that are two thirds through their lifetime
After=network-online.target time-sync.target
Wants=network-online.target

[Service]
Type=oneshot
EnvironmentFile=-/etc/kubestep/endpoints.env
ExecStart=/usr/local/bin/kubestep-node renew
TimeoutStartSec=600
`;

/** /etc/systemd/system/kubestep-renew.timer: the shortest lifetime is 7 days, so 12 hours leave four tries before a third of it is over. */
export const renewTimer = file`
[Unit]
Description=Looks twice a day whether certificates are to be renewed

[Timer]
OnBootSec=1h
OnUnitActiveSec=12h
# Thousands of nodes are launched together and must not come back together.
RandomizedDelaySec=4h

[Install]
WantedBy=timers.target
`;
