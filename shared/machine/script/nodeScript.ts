import type { BundleFile } from '../bundle.ts';
import { certificates } from './certificates.ts';
import { command } from './command.ts';
import { controlPlane } from './controlPlane.ts';
import { dataVolume } from './dataVolume.ts';
import { etcd } from './etcd.ts';
import { fetchBundle } from './fetchBundle.ts';
import { machine } from './machine.ts';
import { node } from './node.ts';
import { operations } from './operations.ts';
import { world } from './world.ts';

const library = '/usr/local/lib/kubestep';

const executable = (path: string, content: string): BundleFile => ({ path, mode: '0755', content });
const part = (name: string, content: string): BundleFile => ({ path: `${library}/${name}`, mode: '0644', content });

/** The node script: the command, and the parts that it is made of. */
export const nodeScript: readonly BundleFile[] = [
  executable('/usr/local/bin/kubestep-node', command),
  executable(`${library}/fetch-bundle`, fetchBundle),
  part('world.sh', world),
  part('machine.sh', machine),
  part('certificates.sh', certificates),
  part('data-volume.sh', dataVolume),
  part('etcd.sh', etcd),
  part('control-plane.sh', controlPlane),
  part('node.sh', node),
  part('operations.sh', operations),
];
