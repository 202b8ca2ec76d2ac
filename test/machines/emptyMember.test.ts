import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aNodeShell, type NodeShell } from '../support/nodeShell.ts';
import { builtPrograms, eventually, freePorts } from './support/builtPrograms.ts';

const programs = builtPrograms();
if (programs === undefined) console.log('skipped: etcd is not built: kubestep machines prepare builds it');
const withEtcd = programs === undefined ? describe.skip : describe;

type NodeApiAnswer = 'new' | 'existing' | 'refuse';

/** A member of etcd as the node script starts it, on a disk of its own. */
interface Member {
  readonly name: string;
  readonly shell: NodeShell;
  readonly client: string;
  readonly peer: string;
  process?: ChildProcess;
}

withEtcd('three members of etcd, of which one loses its volume', () => {
  let members: Member[];

  beforeEach(async () => {
    const ports = await freePorts(6);
    members = [0, 1, 2].map((index) => {
      const shell = aNodeShell();
      const name = `master-${index}`;
      const settings = ['CLUSTER_ID=demo-x7k2p', `MACHINE=${name}`, 'NODE_API=https://api', `VOLUME_ID=vol-${index}`];
      shell.write('etc/kubestep/settings', `${settings.join('\n')}\n`);
      return { name, shell, client: `http://127.0.0.1:${ports[index]}`, peer: `http://127.0.0.1:${ports[index + 3]}` };
    });
  });
  afterEach(async () => {
    for (const member of members) await stop(member);
    for (const { shell } of members) shell.remove();
  });
  afterAll(() => programs && rmSync(dirname(programs.etcd), { recursive: true }));

  const nth = (index: number) => members[index] as Member;
  const one = () => nth(0);
  const two = () => nth(1);
  const three = () => nth(2);

  /** What the node script does before it starts the unit, with this answer of the Node API. */
  function prepare({ shell }: Member, answer: NodeApiAnswer): string {
    shell.bash(`
. ./fetch-bundle; . ./world.sh; . ./data-volume.sh; . ./etcd.sh
ensure_etcd_user() { :; }
mountpoint() { :; }
find() { :; }
signed() { while [ $# -gt 0 ]; do if [ "$1" = -o ]; then echo '{"start":"${answer}"}' > "$2"; fi; shift; done; }
bring_up_at_boot() { :; }
mkdir -p ${shell.folder}/var/lib/etcd
start_etcd`);
    return shell.read('run/kubestep/etcd.env').trim().replace('INITIAL_CLUSTER_STATE=', '');
  }

  function start(member: Member, answer: NodeApiAnswer): void {
    const state = prepare(member, answer);
    const flags = {
      name: member.name,
      'data-dir': join(member.shell.folder, 'var/lib/etcd/data'),
      'initial-cluster': members.map(({ name, peer }) => `${name}=${peer}`).join(','),
      'initial-cluster-state': state,
      'initial-cluster-token': 'demo-x7k2p',
      'initial-advertise-peer-urls': member.peer,
      'listen-peer-urls': member.peer,
      'advertise-client-urls': member.client,
      'listen-client-urls': member.client,
    };
    const words = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    member.process = spawn(programs?.etcd ?? '', words, { stdio: 'ignore' });
  }

  async function stop(member: Member): Promise<void> {
    const { process } = member;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const over = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await over;
  }

  const loseVolume = ({ shell }: Member) => {
    rmSync(join(shell.folder, 'var/lib/etcd'), { recursive: true });
    mkdirSync(join(shell.folder, 'var/lib/etcd'));
  };

  const base64 = (text: string) => Buffer.from(text).toString('base64');
  async function ask(member: Member, path: string, body: object): Promise<{ kvs?: { value: string }[] }> {
    const response = await fetch(`${member.client}/v3/kv/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { kvs?: { value: string }[] };
  }
  const put = (member: Member) => ask(member, 'put', { key: base64('acknowledged'), value: base64('yes') });
  const get = async (member: Member) => (await ask(member, 'range', { key: base64('acknowledged') })).kvs?.[0]?.value;

  /** A write that the first two acknowledged while the third was away; then the first dies, and the second's disk is lost. */
  async function accident(): Promise<void> {
    for (const member of members) start(member, 'new');
    await eventually(60, () => get(three()));
    await stop(three());
    await eventually(60, () => put(one()));
    await stop(one());
    await stop(two());
    loseVolume(two());
  }

  test('forget nothing that they acknowledged: who comes back empty does not start', async () => {
    await accident();
    expect(() => prepare(two(), 'refuse')).toThrow('EtcdVolumeEmpty: vol-1 of master-1');
    start(three(), 'refuse');
    await expect(eventually(8, () => get(three()))).rejects.toThrow(); // one of three is no quorum
    start(one(), 'refuse');
    expect(await eventually(60, () => get(three()))).toBe(base64('yes'));
  }, 180_000);

  test('are joined by one that starts for the first time after they have begun', async () => {
    for (const member of [one(), two()]) start(member, 'new');
    await eventually(60, () => put(one()));
    start(three(), 'existing');
    expect(await eventually(60, () => get(three()))).toBe(base64('yes'));
  }, 180_000);

  test('would forget it if the empty one started over', async () => {
    await accident();
    start(two(), 'new');
    start(three(), 'refuse');
    expect(await eventually(60, () => get(three()))).toBeUndefined();
  }, 180_000);
});
