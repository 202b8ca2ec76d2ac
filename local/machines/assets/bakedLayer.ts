import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import stageScript from '../../../shared/machine/script/stage.sh';
import type { Asset } from '../../../shared/releases/sources.ts';
import { succeed, withLock } from '../nspawn/machine/command.ts';
import { assetFolder, readBuilt } from './catalogue.ts';

/** Copies and unpacks less than a gigabyte. */
const limitSeconds = 300;

/**
 * Runs in namespaces of its own: mounts end with it. The node script itself unpacks the files, so that a machine finds what it
 * would have made.
 */
const bake = `
set -euo pipefail
base=$1 upper=$2 work=$3 root=$4
shift 4
mount -t overlay bake -o "lowerdir=$base,upperdir=$upper,workdir=$work" "$root"
mount -t tmpfs bake "$root/run"
mkdir "$root/run/files"
cat > "$root/run/stage.sh"
for asset in "$@"; do
  read -r name form sha256 file <<< "$asset"
  echo "$name $form $sha256" >> "$root/run/assets"
  touch "$root/run/files/$sha256"
  mount --bind "$file" "$root/run/files/$sha256"
done
chroot "$root" /bin/bash -euo pipefail -c '
  . /run/stage.sh
  fetch_asset() { cp "/run/files/$1" "$2"; }
  while read -r name form sha256; do install_asset "$name" "$form" "$sha256"; done < /run/assets
'
`;

/**
 * Ensures the layer over the base image that holds these components installed, as a team bakes them into an AMI: machines on
 * it fetch none of them and share their pages in memory. Returns its folder.
 */
export async function ensureBakedLayer(
  folder: string,
  { assetsFolder, assets, baseImage }: BakedFrom,
): Promise<string> {
  const files = await Promise.all(assets.map((asset) => lineOf(assetsFolder, asset)));
  const content = JSON.stringify([basename(baseImage), files, stageScript, bake]);
  const layer = join(folder, `baked-${createHash('sha256').update(content).digest('hex').slice(0, 12)}`);
  if (existsSync(layer)) return layer;
  await mkdir(folder, { recursive: true });
  return withLock(join(folder, 'baked.lock'), async () => {
    if (existsSync(layer)) return layer;
    const [upper, work, root] = ['unfinished', 'work', 'root'].map((name) => `${layer}.${name}`) as [
      string,
      string,
      string,
    ];
    for (const each of [upper, work, root]) {
      await rm(each, { recursive: true, force: true });
      await mkdir(each);
    }
    const parameters = ['--mount', '--', 'bash', '-c', bake, 'bake', baseImage, upper, work, root, ...files];
    await succeed('unshare', parameters, { input: stageScript, timeoutSeconds: limitSeconds });
    await rename(upper, layer);
    for (const each of [work, root]) await rm(each, { recursive: true, force: true });
    return layer;
  });
}

interface BakedFrom {
  readonly assetsFolder: string;
  readonly assets: readonly Asset[];
  readonly baseImage: string;
}

/** A line of a component's table of assets, and where the file lies here. */
async function lineOf(assetsFolder: string, asset: Asset): Promise<string> {
  const place = assetFolder(assetsFolder, asset);
  const built = await readBuilt(place);
  if (!built) throw new Error(`${asset.name} ${asset.version} is not built in ${assetsFolder}.`);
  return [asset.name, asset.form, asset.sha256, join(place, built.file)].join(' ');
}
