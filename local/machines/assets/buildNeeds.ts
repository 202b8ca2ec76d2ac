import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something that a build calls or copies, and the Debian package that brings it. */
interface Need {
  readonly package: string;
  readonly isMet: () => boolean;
}

const command = (name: string) => () =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'].some((folder) => existsSync(join(folder, name)));

/** Go itself is not listed: Debian's is too old for these modules. */
const needs: readonly Need[] = [
  { package: 'gcc', isMet: command('gcc') },
  { package: 'libc6-dev', isMet: () => existsSync('/usr/include/stdlib.h') },
  { package: 'pkg-config', isMet: command('pkg-config') },
  { package: 'libseccomp-dev', isMet: () => existsSync('/usr/include/seccomp.h') },
  { package: 'nftables', isMet: command('nft') },
  { package: 'iptables', isMet: command('iptables-nft') },
];

/** The Debian packages that a build needs and this machine has not. */
export const missingPackages = (): readonly string[] =>
  needs.filter(({ isMet }) => !isMet()).map((need) => need.package);

/** The command that installs them. */
export const installLine = (packages: readonly string[]): string =>
  `apt-get update && apt-get install --yes --no-install-recommends ${packages.join(' ')}`;
