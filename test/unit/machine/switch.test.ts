import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeShellOfEachTest } from '../../support/nodeShell.ts';

const { bash, write, read, folder } = nodeShellOfEachTest();

const program = createHash('sha256').update('a program').digest('hex');

/** A bundle of a machine that runs a scheduler, as the Node API answers it: what one of its flags is, and what /etc gets. */
function aBundle(flag: string, etc: Readonly<Record<string, string>> = { 'kubestep/settings': 'RUNS=node\n' }): string {
  const scheduler = `${folder()}/opt/kubestep/current/kube-scheduler`;
  const files = [
    [`${scheduler}/assets`, `kube-scheduler binary ${program}\n`],
    [`${scheduler}/kube-scheduler.service`, `ExecStart=kube-scheduler --flag=${flag}\n`],
    ...Object.entries(etc).map(([path, content]) => [`/etc/${path}`, content]),
  ].map(([path, content]) => JSON.stringify({ path, mode: '0644', content }));
  const text = `{"format":1,"files":[\n${files.join(',\n')}\n]}\n`;
  const sha256 = createHash('sha256').update(text).digest('hex');
  write(`answers/${sha256}`, text);
  return sha256;
}

/** The machine around the script: systemd and the network only say what they were asked, and a scheduler with the flag broken serves nobody. */
const around = () => `
. ./fetch-bundle; . ./world.sh; . ./stage.sh; . ./switch.sh; . ./operations.sh
signed() { local url=\${*: -1}; while [ $# -gt 0 ]; do if [ "$1" = -o ]; then cp "${folder()}/answers/\${url##*=}" "$2"; fi; shift; done; }
pinned() { echo https://api; }
fetch_asset() { echo "fetch $1" >> ${folder()}/log; echo program > "$2"; }
systemctl() { if [ "$1" = show ]; then echo 0; else echo "$*" >> ${folder()}/log; fi; }
journalctl() { echo last words; }
curl() { ! grep -q broken "$store/current/kube-scheduler/kube-scheduler.service"; }
within() { shift; "$@"; }
matching() { argument "$1" "$2"; }
sleep() { :; }
sync() { :; }
`;

/** Runs something among the functions of the node script, and says what it printed. */
const run = (script: string) => bash(`${around()}\n${script}`);

/** Asks for a verb as operation() does, and gives what it answers. */
function ask(
  verb: 'stage' | 'switch' | 'verify',
  given: Readonly<Record<string, string>>,
  before = '',
): Record<string, string> {
  const lines = Object.entries(given).map(([name, value]) => `${name}=${value}\n`);
  write('operation/arguments', lines.join(''));
  write('operation/result', '');
  run(`${before}\n${verb} ${folder()}/operation > /dev/null`);
  return JSON.parse(`{${read('operation/result').trim().split('\n').join(',')}}`);
}

/** A machine after its first boot by this bundle. */
function boot(bundle: string): void {
  run(`rm ${folder()}/opt/kubestep/current/machine
fetch_bundle ${bundle}
ln -s ../bundles/${bundle}/machine ${folder()}/opt/kubestep/current/machine
place_files
point_first`);
}

const runs = (component: string) => run(`bundle_of ${component}`).trim();
const journalIsOpen = () => existsSync(join(folder(), 'opt/kubestep/switching/kube-scheduler'));
const asked = () => (existsSync(join(folder(), 'log')) ? read('log').trim().split('\n') : []);
const forgetLog = () => write('log', '');
const switchScheduler = (bundle: string, before = '') => ask('switch', { component: 'kube-scheduler', bundle }, before);

describe('a first boot', () => {
  test('stages the pinned bundle whole and points every component to it', () => {
    const bundle = aBundle('one');
    boot(bundle);
    expect([runs('machine'), runs('kube-scheduler')]).toEqual([bundle, bundle]);
    expect(read('etc/kubestep/settings')).toBe('RUNS=node\n');
    expect(read('opt/kubestep/current/kube-scheduler/bin/kube-scheduler')).toBe('program\n');
    expect(read('etc/systemd/system/kube-scheduler.service')).toContain('--flag=one');
    expect(ask('verify', {})).toEqual({ machine: bundle, 'kube-scheduler': bundle });
  });

  test('that was cut off is ended by the next one', () => {
    const bundle = aBundle('one');
    expect(() =>
      run(`fetch_asset() { exit 9; }
rm ${folder()}/opt/kubestep/current/machine
fetch_bundle ${bundle}
ln -s ../bundles/${bundle}/machine ${folder()}/opt/kubestep/current/machine
point_first`),
    ).toThrow();
    run('point_first');
    expect(runs('kube-scheduler')).toBe(bundle);
  });
});

describe('a bundle is staged', () => {
  test('beside the one that runs, with the programs that both need fetched once', () => {
    const [one, two] = [aBundle('one'), aBundle('two')];
    boot(one);
    expect(ask('stage', { bundle: two })).toEqual({ bundle: two });
    expect(asked()).toEqual([`fetch ${program}`]);
    expect(runs('kube-scheduler')).toBe(one);
  });

  test('again from the start where something of it is damaged, programs too', () => {
    const one = aBundle('one');
    boot(one);
    write(`opt/kubestep/assets/${program}/kube-scheduler`, 'rubbish');
    write(`opt/kubestep/bundles/${one}/kube-scheduler/kube-scheduler.service`, 'rubbish');
    expect(ask('verify', {})).toEqual({ machine: one, 'kube-scheduler': `${one} changed` });
    ask('stage', { bundle: one });
    expect(ask('verify', {})).toEqual({ machine: one, 'kube-scheduler': one });
  });

  test('and the oldest that nothing runs by is removed, with programs that nobody else needs', () => {
    const bundles = ['one', 'two', 'three', 'four'].map((flag) => aBundle(flag));
    boot(bundles[0] ?? '');
    write('opt/kubestep/assets/old/program', '');
    // However long the tables are after the line that is looked for.
    write(`opt/kubestep/bundles/${bundles[0]}/machine/assets`, 'other binary f\n'.repeat(50_000));
    for (const bundle of bundles.slice(1)) ask('stage', { bundle });
    const kept = bash('ls "$1"', `${folder()}/opt/kubestep/bundles`).trim().split('\n');
    expect(kept.sort()).toEqual([bundles[0], bundles[2], bundles[3]].sort());
    expect(bash('ls "$1"', `${folder()}/opt/kubestep/assets`)).toBe(`${program}\n`);
  });
});

describe('a switch', () => {
  let one: string;
  let two: string;

  beforeEach(() => {
    [one, two] = [aBundle('one'), aBundle('two')];
    boot(one);
    ask('stage', { bundle: two });
    forgetLog();
  });

  test('stops the component, moves its one link, and starts it by the other bundle', () => {
    expect(switchScheduler(two)).toEqual({ component: 'kube-scheduler', bundle: two, changed: 'yes' });
    expect(asked().filter((line) => line !== 'daemon-reload')).toEqual([
      'stop kube-scheduler.service',
      'start --no-block kube-scheduler.service',
    ]);
    expect([runs('kube-scheduler'), runs('machine'), journalIsOpen()]).toEqual([two, one, false]);
  });

  test('to what runs already touches nothing', () => {
    switchScheduler(two);
    forgetLog();
    expect(switchScheduler(two)['changed']).toBe('no');
    expect(asked()).toEqual(['']);
  });

  test('to a bundle in which the component is the same moves the link and stops nothing', () => {
    const same = aBundle('one', { 'kubestep/settings': 'RUNS=other\n' });
    ask('stage', { bundle: same });
    forgetLog();
    expect(switchScheduler(same)['changed']).toBe('no');
    expect([runs('kube-scheduler'), asked()]).toEqual([same, ['']]);
  });

  test('to what does not become ready goes back, and says what it said last', () => {
    const broken = aBundle('broken');
    ask('stage', { bundle: broken });
    expect(() => switchScheduler(broken)).toThrow(
      `SwitchFailed: kube-scheduler by ${broken} was not ready within 120 s, ${one} runs again: last words`,
    );
    expect([runs('kube-scheduler'), journalIsOpen()]).toEqual([one, false]);
    expect(asked().at(-1)).toBe('start --no-block kube-scheduler.service');
  });

  test.each([
    [
      'a bundle that is not here',
      () => ({ component: 'kube-scheduler', bundle: 'a'.repeat(64) }),
      'is not staged whole',
    ],
    ['a component that the machine does not have', () => ({ component: 'etcd', bundle: two }), 'has no etcd'],
  ])('to %s is refused before anything is touched', (_, given, reason) => {
    expect(() => ask('switch', given())).toThrow(reason);
    expect(asked()).toEqual(['']);
  });

  test('of etcd waits for every member', () => {
    const stubs = 'members() { return 1; }\nsetting() { echo x; }\nbundle_of() { echo x; }\nexchange etcd bundle';
    expect(() => run(stubs)).toThrow('not every member of etcd is healthy: nothing was touched');
    expect(asked()).toEqual(['']);
  });

  test('of the machine’s own part places its files, takes away those of the one before, and stops nothing', () => {
    const other = aBundle('one', { 'kubestep/settings': 'RUNS=other\n', 'sysctl.d/new.conf': 'a=1\n' });
    ask('stage', { bundle: other });
    forgetLog();
    const prepared = 'becomes_ready() { [ "$1" = machine ]; }';
    expect(ask('switch', { component: 'machine', bundle: other }, prepared)['changed']).toBe('yes');
    expect([read('etc/kubestep/settings'), read('etc/sysctl.d/new.conf')]).toEqual(['RUNS=other\n', 'a=1\n']);
    expect(asked()).toEqual(['daemon-reload']);
    ask('switch', { component: 'machine', bundle: one }, prepared);
    expect(read('etc/kubestep/settings')).toBe('RUNS=node\n');
    expect(existsSync(join(folder(), 'etc/sysctl.d/new.conf'))).toBe(false);
  });
});

describe('the power is cut in a switch', () => {
  const points = ['journal-written', 'stopped', 'linked', 'started', 'ready'];
  const cut = (point: string) => `point() { if [ "$1" = ${point} ]; then kill -9 $BASHPID; fi; }`;
  const reboot = () => run('bring_up_at_boot kube-scheduler 120');

  test.each(points)('after %s: the machine boots old or new, and the verb sent again ends well', (point) => {
    const [one, two] = [aBundle('one'), aBundle('two')];
    boot(one);
    ask('stage', { bundle: two });
    expect(() => switchScheduler(two, cut(point))).toThrow();
    expect(journalIsOpen()).toBe(true);
    expect(ask('verify', {})['kube-scheduler']).toMatch(/ changed$/);
    reboot();
    expect(runs('kube-scheduler')).toBe(['journal-written', 'stopped'].includes(point) ? one : two);
    expect(journalIsOpen()).toBe(false);
    switchScheduler(two);
    expect(ask('verify', {})['kube-scheduler']).toBe(two);
  });

  test.each(points.slice(0, 4))('after %s to what never becomes ready: the machine boots old', (point) => {
    const [one, broken] = [aBundle('one'), aBundle('broken')];
    boot(one);
    ask('stage', { bundle: broken });
    expect(() => switchScheduler(broken, cut(point))).toThrow();
    reboot();
    expect([runs('kube-scheduler'), journalIsOpen()]).toEqual([one, false]);
  });

  test.each(points)('after %s, and the verb comes before a boot: it still goes back to what ran', (point) => {
    const [one, two, broken] = [aBundle('one'), aBundle('two'), aBundle('broken')];
    boot(one);
    for (const bundle of [two, broken]) ask('stage', { bundle });
    expect(() => switchScheduler(two, cut(point))).toThrow();
    expect(() => switchScheduler(broken)).toThrow(`${one} runs again`);
    expect(runs('kube-scheduler')).toBe(one);
  });
});
