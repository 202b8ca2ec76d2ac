import linkSettings from '../../../shared/machine/files/99-default.link';
import metadataGuard from '../../../shared/machine/files/metadata-guard.nft';
import kernelModules from '../../../shared/machine/files/modules-load.conf';
import networkdSettings from '../../../shared/machine/files/networkd.conf';
import kernelSettings from '../../../shared/machine/files/sysctl.conf';
import checksInside from './checks-inside.sh';
import type { ImageContent } from './kernelImage.ts';

/** A machine that no cluster knows: it has what a worker's bundle would bring, looks at itself once cloud-init is done, and ends. */
export const standaloneImage: ImageContent = {
  files: [
    { path: '/etc/modules-load.d/kubestep.conf', mode: '0644', content: kernelModules },
    { path: '/etc/sysctl.d/99-kubestep.conf', mode: '0644', content: kernelSettings },
    { path: '/etc/systemd/networkd.conf.d/kubestep.conf', mode: '0644', content: networkdSettings },
    { path: '/etc/systemd/network/99-default.link', mode: '0644', content: linkSettings },
    { path: '/etc/kubestep/metadata-guard.nft', mode: '0644', content: metadataGuard },
    { path: '/usr/local/sbin/checks-inside', mode: '0755', content: checksInside },
    {
      path: '/etc/systemd/system/checks-inside.service',
      mode: '0644',
      content: [
        '[Unit]',
        'After=cloud-final.service systemd-networkd.service systemd-resolved.service',
        '[Service]',
        'Type=oneshot',
        'ExecStart=/bin/bash /usr/local/sbin/checks-inside',
        'ExecStopPost=/usr/bin/systemctl --no-block poweroff',
        'StandardOutput=tty',
        'StandardError=tty',
        'TTYPath=/dev/ttyS0',
        '',
      ].join('\n'),
    },
  ],
  links: {
    // After cloud-init's last target, which is what multi-user.target waits for, too.
    '/etc/systemd/system/cloud-init.target.wants/checks-inside.service': '/etc/systemd/system/checks-inside.service',
  },
};
