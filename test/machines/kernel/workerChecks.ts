import type { ImageContent } from './kernelImage.ts';
import look from './look.sh';

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
