import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { reasonToSkip } from '../support/needs.ts';

/** Where kernels and disks are kept. */
export const kernelImages = join('.kubestep', 'kernel-machine');

function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}

/** `describe` where these programs are and this process is root; otherwise the reason of the skip is printed. */
function describeWith(programs: readonly string[], what: string, reason?: string): jest.Describe {
  const missing = [...programs.filter((program) => !isThere(program)), ...(reason === undefined ? [] : [reason])];
  if (process.getuid?.() !== 0) missing.push('root');
  if (missing.length === 0) return describe;
  console.log(`skipped: ${what} needs ${missing.join(', ')}`);
  return describe.skip;
}

const emulator = ['qemu-system-x86_64', 'mmdebstrap', 'mke2fs'];

export const withKernel = describeWith(emulator, 'a machine with its own kernel');

/** Its cluster is one of real machines. dnsmasq stands for EC2's DHCP. */
export const withKernelInCluster = describeWith(
  [...emulator, 'dnsmasq'],
  'a worker with its own kernel',
  reasonToSkip(),
);
