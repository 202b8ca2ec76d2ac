import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Terraform, and a folder from which it installs the provider without a network. */
export interface Tools {
  readonly terraform: string;
  readonly mirror: string;
}

/** Inside a mirror: what the provider of AWS is stored under. */
const provider = join('registry.terraform.io', 'hashicorp', 'aws');

/** How deep a mirror may lie where nobody says where it is. */
const depth = '6';

/** What the judge needs, or which of it is not there. KUBESTEP_TERRAFORM_PLUGINS names the mirror where no search finds it. */
export function terraformTools(): Tools | { readonly unavailable: string } {
  const terraform = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'terraform'))
    .find((file) => existsSync(file));
  if (terraform === undefined) return { unavailable: 'there is no terraform in the path' };
  const mirror = process.env['KUBESTEP_TERRAFORM_PLUGINS'] ?? usualMirrors().find(hasProvider) ?? foundMirror();
  if (mirror === undefined || !hasProvider(mirror))
    return {
      unavailable: `no folder with ${provider} was found, from which terraform could install its provider; KUBESTEP_TERRAFORM_PLUGINS names one`,
    };
  return { terraform, mirror };
}

const hasProvider = (mirror: string): boolean => existsSync(join(mirror, provider));

/** Source: Terraform, "Implied Local Mirror Directories". */
const usualMirrors = (): readonly string[] => [
  join(homedir(), '.terraform.d', 'plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
];

function foundMirror(): string | undefined {
  const search = ['/', '-xdev', '-maxdepth', depth, '-type', 'd', '-path', `*/${provider}`, '-print', '-quit'];
  try {
    const found = execFileSync('find', search, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return found === '' ? undefined : found.slice(0, -provider.length - 1);
  } catch {
    return undefined;
  }
}
