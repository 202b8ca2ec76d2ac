import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeAutoScalingGroupsCommand, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { endpointCertificateIn } from '../../../local/machines/nspawn/endpointCertificate.ts';
import registryMirror from '../../../local/machines/nspawn/image/files/hosts.toml';
import { killMachine, machineState, machinesOf } from '../../../local/machines/nspawn/machine/machineLife.ts';
import { within } from '../../../local/machines/nspawn/machine/waiting.ts';
import { filesOf } from '../../../local/machines/nspawn/machineFiles.ts';
import { clientsOf } from '../support/clients.ts';
import type { TestWorld } from '../support/world.ts';
import { emulatorWords } from './emulator.ts';
import { ensureKernelImage, type ImageContent } from './kernelImage.ts';
import { kernelImages } from './needs.ts';
import { workerChecks } from './workerChecks.ts';
import { dhcpWords, interfaceOf, kernelNamespace, plugIntoTap } from './workerNetwork.ts';

/** A worker's machine with a kernel of its own. */
export interface KernelWorker {
  readonly instanceId: string;
  /** What it has said to its console so far. */
  console(): string;
  /** A power cut. */
  end(): void;
}

const memoryMiB = 2048;
const launchSeconds = 120;

/**
 * Lets Auto Scaling launch one more worker and boots as its machine one with Debian's cloud kernel, in software emulation: it
 * is at the instance's interface and asks EC2 for its address and its user data. The model of AWS notices nothing.
 */
export async function startWorker(world: TestWorld): Promise<KernelWorker> {
  const instanceId = await launchWithoutMachine(world);
  const plugged = await interfaceOf(world, instanceId);
  await plugIntoTap(world, instanceId, plugged);
  const image = await ensureKernelImage(kernelImages, 'worker', imageOf(world));
  const network = 'tap,ifname=tap0,script=no,downscript=no';
  const { macAddress } = plugged;
  const processes = [
    startIn(world, dhcpWords(plugged)),
    startIn(world, ['qemu-system-x86_64', ...emulatorWords(image, { memoryMiB, macAddress, network })]),
  ];
  return {
    instanceId,
    console: () => readFileSync(image.console, 'utf8'),
    end() {
      for (const each of processes) each.kill('SIGKILL');
    },
  };
}

/** An instance whose own machine is taken away before it has asked for anything. */
async function launchWithoutMachine(world: TestWorld): Promise<string> {
  const { host } = world;
  const before = machinesOf(host);
  await launchOneMore(world);
  const instanceId = await within(launchSeconds, () =>
    machinesOf(host).find((id) => !before.includes(id) && machineState(host, id) === 'running'),
  );
  if (instanceId === undefined) throw new Error(`Auto Scaling launched nothing within ${launchSeconds} s.`);
  await killMachine(host, instanceId);
  return instanceId;
}

async function launchOneMore(world: TestWorld): Promise<void> {
  const { autoScaling } = clientsOf(world);
  const { AutoScalingGroups: [group] = [] } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
  const wanted = (group?.DesiredCapacity ?? 0) + 1;
  const size = { MaxSize: wanted, DesiredCapacity: wanted };
  await autoScaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group?.AutoScalingGroupName, ...size }),
  );
}

/** Starts a program behind the worker's interface; it does not outlive this process. */
function startIn(world: TestWorld, words: readonly string[]): ChildProcess {
  const inside = [`--net=/run/netns/${kernelNamespace(world)}`, 'setpriv', '--pdeathsig', 'KILL', ...words];
  return spawn('nsenter', inside, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** An image of this world: whom its endpoints' certificates are from, where container images come from, and what looks at it. */
function imageOf({ folder }: TestWorld): ImageContent {
  const { authority } = endpointCertificateIn(join(folder, 'endpoints'), 'us-east-1');
  return {
    files: [
      ...filesOf(authority),
      { path: '/etc/containerd/certs.d/_default/hosts.toml', mode: '0644', content: registryMirror },
      ...workerChecks.files,
    ],
    ...(workerChecks.links && { links: workerChecks.links }),
  };
}
