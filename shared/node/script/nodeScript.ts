import type { BundleFile } from '../bundle.ts';
import { fetchBundle } from './fetchBundle.ts';

const executable = (path: string, content: string): BundleFile => ({ path, mode: '0755', content });

/** The node script: the command, and the parts that it is made of. */
export const nodeScript: readonly BundleFile[] = [executable('/usr/local/lib/kubestep/fetch-bundle', fetchBundle)];
