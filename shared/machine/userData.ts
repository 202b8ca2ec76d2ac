import bootService from './files/kubestep-boot.service';
import fetchBundle from './script/fetch-bundle.sh';
import userData from './script/user-data.sh';
import { fill, lines } from './template.ts';

/** EC2 takes 16 KB; what a machine boots from is short enough to be read in the console. */
const userDataLimit = 4096;

/** What user data pins: where the machine asks, and for exactly which bundle. Nothing of it is secret. */
export interface PinnedBundle {
  /** Shown in the comment on top. */
  readonly description: string;
  readonly region: string;
  readonly nodeApiUrl: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** The script that an instance runs at its first boot. */
export function renderUserData({ description, region, nodeApiUrl, sha256 }: PinnedBundle): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError(`${sha256} is not a sha256 in hexadecimal.`);
  for (const text of [description, region, nodeApiUrl]) {
    if (!/^[\w .:/-]+$/.test(text)) throw new TypeError(`${JSON.stringify(text)} cannot be in user data.`);
  }
  const script = fill(userData, {
    DESCRIPTION: lines(description),
    REGION: region,
    NODE_API: nodeApiUrl,
    BUNDLE: sha256,
    FETCH_BUNDLE: lines(fetchBundle),
    BOOT_UNIT: lines(bootService),
  });
  if (Buffer.byteLength(script) > userDataLimit)
    throw new RangeError(`User data is longer than ${userDataLimit} bytes.`);
  return script;
}

/** What a machine's user data pinned, as the machine itself would read it; undefined when it is not ours. */
export function readUserData(text: string): Omit<PinnedBundle, 'description'> | undefined {
  const value = (name: string) => new RegExp(`^${name}=(.+)$`, 'm').exec(text)?.[1];
  const [region, nodeApiUrl, sha256] = [value('REGION'), value('NODE_API'), value('BUNDLE')];
  return region && nodeApiUrl && sha256 ? { region, nodeApiUrl, sha256 } : undefined;
}
