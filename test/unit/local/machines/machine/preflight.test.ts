import { installLine, missingNeeds } from '../../../../../local/machines/nspawn/preflight.ts';

test('what packages can give is one line to paste, each package once', () => {
  const needs = [
    { what: 'root' },
    { what: 'the command nsenter', package: 'util-linux' },
    { what: 'the command nft', package: 'nftables' },
    { what: 'the command flock', package: 'util-linux' },
  ];
  expect(installLine(needs)).toBe('apt-get install -y --no-install-recommends nftables util-linux');
});

test('where no package helps there is no line', () => {
  expect(installLine([{ what: 'root' }])).toBeUndefined();
});

test('Go is needed to build only', () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '';
  try {
    const names = (building: boolean) => missingNeeds({ building }).map(({ what }) => what);
    expect(names(false)).toContain('the command systemd-nspawn');
    expect(names(false)).not.toContain('the command go');
    expect(names(true)).toContain('the command go');
  } finally {
    process.env['PATH'] = path;
  }
});
