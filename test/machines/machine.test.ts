import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBaseImage } from '../../local/machines/nspawn/image/baseImage.ts';
import { processesOf } from '../../local/machines/nspawn/machine/controlGroups.ts';
import { type MachineHost, machineName } from '../../local/machines/nspawn/machine/host.ts';
import { leaderOf, machineGroup } from '../../local/machines/nspawn/machine/leader.ts';
import { cleanWorld, leftovers } from '../../local/machines/nspawn/machine/leftovers.ts';
import {
  killMachine,
  machineState,
  machinesOf,
  pauseMachine,
  rebootMachine,
  removeMachine,
  resumeMachine,
  startMachine,
  stopMachine,
} from '../../local/machines/nspawn/machine/machineLife.ts';
import { memoryOf } from '../../local/machines/nspawn/machine/memory.ts';
import { runIn } from '../../local/machines/nspawn/machine/runIn.ts';
import { attachVolume, detachVolume, removeVolume } from '../../local/machines/nspawn/machine/volumes.ts';
import { within } from '../../local/machines/nspawn/machine/waiting.ts';
import { missingNeeds, raiseHostLimits } from '../../local/machines/nspawn/preflight.ts';

const missing = missingNeeds().map(({ what }) => what);
if (missing.length > 0) console.warn(`Real machines are not tried: this host lacks ${missing.join(', ')}.`);
const describeMachines = missing.length > 0 ? describe.skip : describe;

const instanceId = 'i-0a1b2c3d4e5f60718';
const memoryKilobytes = 1024 * 1024;
const authority = '-----BEGIN CERTIFICATE-----\nof this world\n-----END CERTIFICATE-----\n';
const userData = '#!/bin/bash\necho "$(hostname)" >> /var/lib/first-boots\nsleep 60 &\n';

/** A metadata service in the machine's own network, which gives nothing away without a token. */
const metadataService = `
  const answers = ${JSON.stringify({
    'meta-data/instance-id': instanceId,
    'meta-data/local-hostname': 'ip-10-0-1-5.ec2.internal',
    'user-data': userData,
  })};
  require('node:http').createServer((request, response) => {
    if (request.method === 'PUT') return response.end('token');
    const answer = request.headers['x-aws-ec2-metadata-token'] === 'token'
      ? answers[request.url.replace('/latest/', '')] : undefined;
    response.statusCode = answer ? 200 : 401;
    response.end(answer ?? '');
  }).listen(80, '169.254.169.254', () => console.log('listening'));`;

let folder: string;
let host: MachineHost;
let metadata: ChildProcess;

async function give(worldId: string): Promise<MachineHost> {
  const baseImage = await ensureBaseImage(join('.kubestep', 'machines', 'image'), console.log);
  const given = { worldId, folder: join(folder, worldId), baseImage, layers: [join(folder, 'baked')] };
  const namespace = machineName(given, instanceId);
  execFileSync('ip', ['netns', 'add', namespace]);
  execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
  execFileSync('ip', ['-n', namespace, 'address', 'add', '169.254.169.254/32', 'dev', 'lo']);
  return given;
}

const boot = (where = host) =>
  startMachine(where, {
    instanceId,
    memoryKilobytes,
    files: [{ path: '/usr/local/share/ca-certificates/world.crt', mode: '0644', content: authority }],
  });

async function inside(script: string): Promise<string> {
  const { status, standardOutput, standardError } = await runIn(host, instanceId, ['/bin/bash', '-c', script], {
    timeoutSeconds: 30,
  });
  if (status !== 'Success') throw new Error(`${script}: ${status} ${standardError}`);
  return standardOutput.trim();
}

/** Whether it runs in a machine of the world. A zombie does not: the host's init takes its time to reap it. */
function isAliveInWorld(processId: number): boolean {
  try {
    const isZombie = /^State:\tZ/m.test(readFileSync(`/proc/${processId}/status`, 'utf8'));
    return !isZombie && readFileSync(`/proc/${processId}/cgroup`, 'utf8').includes('kubestep-trial/');
  } catch {
    return false; // It has ended between two looks.
  }
}

describeMachines('a real machine', () => {
  beforeAll(async () => {
    raiseHostLimits();
    folder = mkdtempSync(join(tmpdir(), 'kubestep-machines-'));
    mkdirSync(join(folder, 'baked', 'opt'), { recursive: true });
    writeFileSync(join(folder, 'baked', 'opt', 'baked'), 'in the image');
    for (const worldId of ['trial', 'trialother']) await cleanWorld(worldId);
    host = await give('trial');
    const network = `--net=/run/netns/${machineName(host, instanceId)}`;
    metadata = spawn('nsenter', [network, process.execPath, '-e', metadataService], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => metadata.stdout?.once('data', resolve));
  }, 600_000);

  afterAll(async () => {
    metadata.kill('SIGKILL');
    for (const worldId of ['trial', 'trialother']) await cleanWorld(worldId);
    rmSync(folder, { recursive: true });
  }, 60_000);

  test('takes orders once it is started, and nothing of it fails', async () => {
    await boot();
    expect(await inside('systemctl is-system-running --wait')).toBe('running');
    expect(machineState(host, instanceId)).toBe('running');
    expect(machinesOf(host)).toEqual([instanceId]);
  });

  test('that runs already is not started twice', async () => {
    const leader = leaderOf(host, instanceId);
    await boot();
    expect(leaderOf(host, instanceId)).toBe(leader);
  });

  test('runs its user data, and is called what EC2 calls it', async () => {
    await within(10, async () => ((await inside('ls /var/lib')).includes('first-boots') ? true : undefined));
    expect(await inside('cat /var/lib/first-boots; hostname')).toBe(
      'ip-10-0-1-5.ec2.internal\nip-10-0-1-5.ec2.internal',
    );
  });

  test('has what its image has baked in, and changes only its own disk', async () => {
    expect(await inside('cat /opt/baked; echo changed > /opt/baked; cat /opt/baked')).toBe('in the imagechanged');
    expect(readFileSync(join(folder, 'baked', 'opt', 'baked'), 'utf8')).toBe('in the image');
  });

  test('trusts Debian’s authorities and the one that it was given', async () => {
    const trusted = await inside('cat /etc/ssl/certs/ca-certificates.crt');
    expect(trusted).toContain(authority.trim());
    expect(trusted.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(100);
  });

  test('sees the memory and the limits of its own, and leaves the host’s alone', async () => {
    const before = readFileSync('/proc/sys/vm/panic_on_oom', 'utf8');
    expect(await inside('sed -n "s/^MemTotal: *//p" /proc/meminfo')).toBe(`${memoryKilobytes} kB`);
    expect(await inside('sysctl --quiet --write vm.panic_on_oom=2; sysctl --values vm.panic_on_oom')).toBe('2');
    expect(readFileSync('/proc/sys/vm/panic_on_oom', 'utf8')).toBe(before);
    await inside('dd if=/dev/zero of=/var/large bs=1M count=1500 status=none; rm /var/large');
    expect(memoryOf(host, instanceId).total).toBeLessThanOrEqual(memoryKilobytes * 1024);
  });

  test('reports how a command ended', async () => {
    const run = (command: string, timeoutSeconds = 20) =>
      runIn(host, instanceId, ['/bin/sh', '-c', command], { timeoutSeconds, input: 'given' });
    expect(await run('cat; echo said >&2; exit 7')).toEqual({
      status: 'Failed',
      exitCode: 7,
      standardOutput: 'given',
      standardError: 'said\n',
    });
    expect(await run('sleep 30', 1)).toMatchObject({ status: 'TimedOut', exitCode: -1 });
    expect(await inside('ps ax -o args')).not.toMatch(/^sleep 30/m);
  });

  test('that reboots by itself comes back, without user data', async () => {
    const before = await inside('cat /proc/sys/kernel/random/boot_id');
    const leader = leaderOf(host, instanceId);
    // After the command, which the machine's end would cut off.
    await inside(
      'touch /var/lib/stays; systemd-run --quiet --on-active=1s --timer-property=AccuracySec=0.1s systemctl reboot',
    );
    await within(20, () => (leaderOf(host, instanceId) === leader ? undefined : true));
    expect(await inside('systemctl is-system-running --wait')).toBe('running');
    expect(await inside('cat /proc/sys/kernel/random/boot_id')).not.toBe(before);
    await within(10, async () => ((await inside('hostname')).startsWith('ip-') ? true : undefined));
    expect(await inside('wc -l < /var/lib/first-boots; ls /var/lib/stays')).toBe('1\n/var/lib/stays');
  });

  test('keeps its volume through a power cut', async () => {
    const volume = { instanceId, volumeId: 'vol-0a', device: '/dev/xvdf', gibibytes: 1 };
    await attachVolume(host, volume);
    await inside('mkfs.ext4 -q /dev/xvdf; mkdir /data; mount /dev/xvdf /data; echo written > /data/file; sync');
    await killMachine(host, instanceId);
    expect(machineState(host, instanceId)).toBe('stopped');
    await boot();
    await attachVolume(host, volume);
    expect(await inside('mount /dev/xvdf /data; cat /data/file')).toBe('written');
    await rebootMachine(host, instanceId, 20);
    expect(await inside('mount /dev/xvdf /data; cat /data/file; umount /data')).toBe('written');
    await detachVolume(host, volume);
    expect(await inside('ls /dev')).not.toContain('xvdf');
    await attachVolume(host, volume);
    expect(await inside('mount /dev/xvdf /data; cat /data/file; umount /data')).toBe('written');
  });

  test('that is paused answers nothing until it is resumed', async () => {
    pauseMachine(host, instanceId);
    const late = runIn(host, instanceId, ['echo', 'late'], { timeoutSeconds: 30 });
    const first = await Promise.race([late, within(1, () => undefined)]);
    expect(first).toBeUndefined();
    resumeMachine(host, instanceId);
    expect(await late).toMatchObject({ status: 'Success', standardOutput: 'late\n' });
  });

  test('that is killed leaves no process, even when it was paused', async () => {
    const processes = processesOf(machineGroup(host, instanceId));
    expect(processes.length).toBeGreaterThan(3);
    pauseMachine(host, instanceId);
    await killMachine(host, instanceId);
    expect(processesOf(machineGroup(host, instanceId))).toEqual([]);
    // A group no longer lists a process that is exiting, which the kernel may still be taking apart.
    const ended = await within(15, () => processes.every((processId) => !isAliveInWorld(processId)) || undefined);
    expect(ended ? [] : processes.filter(isAliveInWorld)).toEqual([]);
  });

  test('stops in order and starts again with its disk', async () => {
    await boot();
    await inside('echo last words > /var/lib/stays');
    await stopMachine(host, instanceId, 20);
    expect(machineState(host, instanceId)).toBe('stopped');
    await boot();
    expect(await inside('cat /var/lib/stays')).toBe('last words');
  });

  test('is not touched when another world is cleaned, of which nothing is left', async () => {
    const other = await give('trialother');
    await boot(other);
    await attachVolume(other, { instanceId, volumeId: 'vol-0b', device: '/dev/xvdf', gibibytes: 1 });
    const leader = leaderOf(host, instanceId);
    expect((await leftovers('trialother')).length).toBeGreaterThan(0);
    await cleanWorld('trialother');
    expect(await leftovers('trialother')).toEqual([]);
    expect(leaderOf(host, instanceId)).toBe(leader);
    expect(await inside('echo here')).toBe('here');
  });

  test('that is removed leaves its volumes and nothing else', async () => {
    await removeMachine(host, instanceId);
    expect(machineState(host, instanceId)).toBe('absent');
    expect(machinesOf(host)).toEqual([]);
    expect(
      (await leftovers('trial')).filter((line) => !/^network namespace|^control group|^process/.test(line)),
    ).toEqual([]);
    expect(existsSync(join(host.folder, 'volumes', 'kubestep-trial-vol-0a'))).toBe(true);
    await removeVolume(host, 'vol-0a');
    expect(existsSync(join(host.folder, 'volumes', 'kubestep-trial-vol-0a'))).toBe(false);
  });
});
