import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { leaderOf } from '../../../local/machines/nspawn/machine/leader.ts';
import { runIn } from '../../../local/machines/nspawn/machine/runIn.ts';
import { bundleKey } from '../../../shared/blueprint/machinePlace.ts';
import type { Bundle, BundleFile } from '../../../shared/machine/bundle.ts';
import { type Component, components } from '../../../shared/machine/components.ts';
import { bundleText } from '../../../shared/machine/renderBundle.ts';
import { aws, inNode, world } from './cluster.ts';
import { until } from './world.ts';

/** The bundle that a component of the machine runs by. */
export const bundleOf = async (machine: string, component: Component): Promise<string> =>
  (await inNode(machine, `readlink /opt/kubestep/current/${component}`)).split('/').at(-2) ?? '';

/** Stores another bundle for the machine, as RenderBundles would: the one that it has, with its files changed. Returns its name. */
export async function storeBundle(machine: string, change: (file: BundleFile) => BundleFile): Promise<string> {
  const current = await bundleOf(machine, 'machine');
  const bundle = JSON.parse(await inNode(machine, `cat /opt/kubestep/bundles/${current}/bundle.json`)) as Bundle;
  const text = bundleText({ ...bundle, files: bundle.files.map(change) });
  const sha256 = createHash('sha256').update(text).digest('hex');
  const Key = bundleKey(bundle.cluster.id, bundle.machine.role, sha256);
  await aws().storage.send(new PutObjectCommand({ Bucket: bundle.cluster.bucket, Key, Body: text }));
  return sha256;
}

/** Changes the text of one file of a bundle. */
export const inFile =
  (path: string, from: string | RegExp, to: string) =>
  (file: BundleFile): BundleFile =>
    file.path === path ? { ...file, content: file.content.replace(from, to) } : file;

export interface Answer {
  readonly outcome: 'done' | 'failed';
  readonly message?: string;
  readonly result?: Readonly<Record<string, string | number>>;
  readonly seconds: number;
}

let asked = 0;

/** Asks a machine for a verb as Run Command does, and gives what it reports. `before` runs before the script, in its shell. */
export async function ask(
  machine: string,
  verb: string,
  given: Readonly<Record<string, string>> = {},
  before = '',
): Promise<Answer> {
  asked += 1;
  const operation = `check-${Date.now()}-${asked}`;
  const lines = Object.entries(given).map(([name, value]) => `${name}=${value}\n`);
  const began = Date.now();
  const folder = `/var/lib/kubestep/operations/${operation}`;
  // Nobody waits for these operations, so their reports are refused.
  const script = `${before}
fence=$(cat /var/lib/kubestep/fence 2> /dev/null || echo 1)
/opt/kubestep/current/machine/bin/kubestep-node ${verb} ${operation} "$fence" ${Buffer.from(lines.join('')).toString('base64')} >&2 || true
cat ${folder}/report`;
  const { standardOutput, standardError } = await runIn(world.host, machine, ['/bin/bash', '-c', script], {
    timeoutSeconds: 600,
  });
  const seconds = (Date.now() - began) / 1000;
  if (standardOutput === '') throw new Error(`${verb} of ${machine} has no report: ${standardError.slice(-1000)}`);
  return { ...JSON.parse(`{${standardOutput}}`), seconds };
}

/** When each process of the machine was started, and its number. */
export async function startTimes(machine: string): Promise<Readonly<Record<string, string>>> {
  const units = components.filter((component) => component !== 'machine');
  const said = await inNode(
    machine,
    units
      .map(
        (unit) => `echo ${unit} $(systemctl show --property MainPID,ExecMainStartTimestampMonotonic --value ${unit})`,
      )
      .join('\n'),
  );
  return Object.fromEntries(
    said
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[0] ?? '', line]),
  );
}

/** Lets the next script stop at a marked point, where the test can cut the power: bash asks this before each command. */
export const stopAt = (point: string): string => `
cat > /run/stop-at << 'end of file'
set -T
trap '[[ $BASH_COMMAND == "point ${point}" ]] && { touch /run/kubestep/at-point; sleep 600; }' DEBUG
end of file
export BASH_ENV=/run/stop-at`;

/** Resolves when the machine has come to the point. */
export async function reached(machine: string): Promise<void> {
  const file = () => `/proc/${leaderOf(world.host, machine)}/root/run/kubestep/at-point`;
  await until('the marked point is reached', 200, () => (existsSync(file()) ? true : undefined));
}
