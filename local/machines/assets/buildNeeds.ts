import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something that a build calls or copies, and the Debian package that brings it. */
interface Need {
  readonly package: string;
  readonly isMet: () => boolean;
}

const hasCommand = (name: string) =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'].some((folder) => existsSync(join(folder, name)));

const needs: readonly Need[] = [
  { package: 'gcc', isMet: () => hasCommand('gcc') },
  { package: 'libc6-dev', isMet: () => existsSync('/usr/include/stdlib.h') },
  { package: 'pkg-config', isMet: () => hasCommand('pkg-config') },
  { package: 'libseccomp-dev', isMet: () => existsSync('/usr/include/seccomp.h') },
  { package: 'nftables', isMet: () => hasCommand('nft') },
  { package: 'iptables', isMet: () => hasCommand('xtables-nft-multi') },
];

/** The Debian packages that a build needs and this machine has not. */
export const missingPackages = (): readonly string[] =>
  needs.filter(({ isMet }) => !isMet()).map((need) => need.package);

/** The command that installs them. */
export const installLine = (packages: readonly string[]): string =>
  `apt-get update && apt-get install --yes --no-install-recommends ${packages.join(' ')}`;

/** Throws where this machine cannot build; asked only when something is to be built. */
export function requireBuildTools(): void {
  if (process.arch !== 'x64') throw new Error(`Machines are built for amd64 only, and this machine is ${process.arch}`);
  // Debian's own Go is too old for these modules.
  if (!hasCommand('go')) throw new Error('To build, this machine needs Go 1.26 or newer: https://go.dev/dl');
  const missing = missingPackages();
  if (missing.length > 0) throw new Error(`To build, this machine needs:\n  ${installLine(missing)}`);
}
