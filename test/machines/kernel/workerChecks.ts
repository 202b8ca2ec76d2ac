import { file } from '../../../shared/machine/template.ts';
import type { ImageContent } from './kernelImage.ts';

/** Looks at the machine from within once it is a part of its cluster. Each line that begins with `CHECK name` is an answer. */
const look = file`
say() { printf 'CHECK %s %s\n' "$1" "$(echo "$2" | tr '\n' ' ')"; }
token='curl --silent --max-time 10 --output /dev/null --write-out %{http_code} --request PUT --header X-aws-ec2-metadata-token-ttl-seconds:60 http://169.254.169.254/latest/api/token'

said=''
until [ "$(systemctl is-active kubestep-boot.service)" = active ]; do
  now=$(journalctl --unit kubestep-boot.service --lines 1 --output cat --no-pager)
  [ "$now" = "$said" ] || echo "waits: $now"
  said=$now
  sleep 10
done
say cgroups "$(stat -fc %T /sys/fs/cgroup)"
say cloud-init "$(cloud-init status --long)"
say datasource "$(cloud-init query cloud_name 2>&1)"
say address "$(ip -4 -brief address show scope global | head -1)"
say guard "$(nft list table inet kubestep_metadata > /dev/null 2>&1 && echo loaded || nft list tables)"
say service "$($token)"
say networkd "$(systemctl is-active systemd-networkd.service)"
say failed-units "$(systemctl list-units --failed --plain --no-legend)"
say end now
`;

/** What an image has to be looked at from within. */
export const workerChecks: ImageContent = {
  files: [
    { path: '/usr/local/sbin/look', mode: '0755', content: look },
    {
      path: '/etc/systemd/system/look.service',
      mode: '0644',
      content: [
        '[Service]',
        'ExecStart=/bin/bash /usr/local/sbin/look',
        'StandardOutput=tty',
        'StandardError=tty',
        'TTYPath=/dev/ttyS0',
        '',
      ].join('\n'),
    },
  ],
  links: { '/etc/systemd/system/multi-user.target.wants/look.service': '/etc/systemd/system/look.service' },
};
