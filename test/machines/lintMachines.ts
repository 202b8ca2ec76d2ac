import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import userDataService from '../../local/machines/nspawn/image/files/user-data.service';
import type { Blueprint } from '../../shared/blueprint/blueprint.ts';
import { buildBlueprint } from '../../shared/blueprint/buildBlueprint.ts';
import type { MachinePlace } from '../../shared/blueprint/machinePlace.ts';
import type { Bundle } from '../../shared/machine/bundle.ts';
import bootService from '../../shared/machine/files/kubestep-boot.service';
import { renderBundle } from '../../shared/machine/renderBundle.ts';
import { nodeScript } from '../../shared/machine/script/nodeScript.ts';
import { renderUserData } from '../../shared/machine/userData.ts';
import { filesBelow } from '../house/sources.ts';
import { someVolumeIds } from '../support/aBlueprint.ts';
import { aSpec, someFacts } from '../unit/spec/aSpec.ts';

/** Routed pods bring the most files. */
const routed = buildBlueprint(aSpec({ 'spec.network.plugin': 'routed' }), someFacts());

const bundleOf = (blueprint: Blueprint, machine: MachinePlace): Bundle =>
  renderBundle({
    blueprint,
    machine,
    endpoint: 'api.example.com',
    deployment: someFacts().deployment,
    authorities: { kubernetes: 'PEM\n', etcd: 'PEM\n', 'front-proxy': 'PEM\n' },
    serviceAccountPublicKey: 'PEM\n',
    wrappedKeys: [],
    volumeIds: someVolumeIds(blueprint),
  }).bundle;

const bundles = [
  bundleOf(routed, { role: 'master', slot: routed.slots[0]?.key ?? '' }),
  bundleOf(routed, { role: 'worker', group: routed.nodeGroups[0]?.name ?? '' }),
];

/** The scripts that people write. */
const scripts = ['shared', 'local', 'test'].flatMap(filesBelow).filter((path) => path.endsWith('.sh'));

const userData = renderUserData({
  description: 'demo master-0',
  region: 'us-east-1',
  nodeApiUrl: 'https://abc.execute-api.us-east-1.amazonaws.com',
  sha256: 'a'.repeat(64),
});

/** The units of the bundles, of user data, and of the image of real machines. */
const units = new Map([
  ...bundles.flatMap(({ files }) =>
    files.flatMap(({ path, content }) =>
      // systemd finds them there, by links of the node script.
      /\.(service|timer)$/.test(path) ? [[join('/etc/systemd/system', basename(path)), content] as const] : [],
    ),
  ),
  ['/etc/systemd/system/kubestep-boot.service', bootService],
  ['/etc/systemd/system/user-data.service', userDataService],
]);

/** What every system brings, and these units refer to. */
const targets = ['sysinit', 'basic', 'shutdown', 'local-fs', 'network', 'network-online', 'multi-user', 'timers'];

function write(folder: string, path: string, content: string): string {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
  return target;
}

const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;

/** Runs a linter. It fails when the linter does, or says anything. */
function findings(program: string, words: readonly string[]): number {
  if (!isThere(program)) {
    console.log(`skipped: this machine has no ${program}`);
    return 0;
  }
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  const said = `${stdout}${stderr}`.trim();
  const clean = status === 0 && said === '';
  console.log(clean ? `${program}: clean` : `${program}: has findings\n${said}`);
  return clean ? 0 : 1;
}

/** Every script by itself, as editors read it. Parts of the node script name what other parts set. */
const lintScripts = (): number => findings('shellcheck', ['--exclude=SC1090,SC1091,SC2154', ...scripts]);

/** The node script as bash runs it: its parts name each other's functions and variables, so they are read as one file. */
function lintWholeScripts(folder: string): number {
  const parts = nodeScript.filter(({ path }) => path.includes('/lib/')).map(({ content }) => content);
  const command = nodeScript.filter(({ path }) => path.includes('/bin/')).map(({ content }) => content);
  const whole = write(folder, 'node-script.sh', ['#!/bin/bash\n', ...parts, ...command].join('\n'));
  const own = write(folder, 'user-data.sh', userData);
  // What is sourced is in the file already, or is an image's own.
  return findings('shellcheck', ['--shell=bash', '--exclude=SC1090,SC1091', whole, own]);
}

/** The units in a root of their own, with something executable where programs will be. */
function lintUnits(folder: string): number {
  for (const [path, content] of units) write(folder, path, content);
  for (const name of targets) write(folder, `/usr/lib/systemd/system/${name}.target`, `[Unit]\nDescription=${name}\n`);
  const programs = [...units.values()].flatMap((text) =>
    [...text.matchAll(/^Exec\w+=(\S+)/gm)].map(([, path]) => path ?? ''),
  );
  for (const program of programs) chmodSync(write(folder, program, '#!/bin/true\n'), 0o755);
  const paths = [...units.keys()].map((path) => join(folder, path));
  return findings('systemd-analyze', [`--root=${folder}`, '--man=no', 'verify', ...paths]);
}

/** nftables' rules. The kernel reads them, too, without taking them: that needs root, and for control groups their second version. */
function lintRules(folder: string): number {
  if (process.getuid?.() !== 0) {
    console.log('nft: not asked, because only root may');
    return 0;
  }
  const isReadable = (text: string) => !text.includes('cgroupv2') || existsSync('/sys/fs/cgroup/cgroup.controllers');
  return bundles
    .flatMap(({ files }) => files.filter(({ path, content }) => path.endsWith('.nft') && isReadable(content)))
    .map(({ path, content }) => write(folder, path, content.replaceAll('POD_RANGE', '100.64.1.0/24')))
    .reduce((sum, file) => sum + findings('nft', ['--check', '--file', file]), 0);
}

/** Lets shellcheck, systemd and nftables read what machines are given. */
function lintMachines(): number {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-lint-'));
  try {
    return lintScripts() + lintWholeScripts(folder) + lintUnits(folder) + lintRules(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = lintMachines();
