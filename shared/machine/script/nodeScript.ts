import type { BundleFile } from '../bundle.ts';
import { fileOfComponent, programsOf } from '../components.ts';
import { fill, lines } from '../template.ts';
import { argumentForms, type VerbShape, verbs } from '../verbs.ts';
import certificates from './certificates.sh';
import controlPlane from './control-plane.sh';
import dataVolume from './data-volume.sh';
import etcd from './etcd.sh';
import fetchBundle from './fetch-bundle.sh';
import command from './kubestep-node.sh';
import machine from './machine.sh';
import node from './node.sh';
import operations from './operations.sh';
import stage from './stage.sh';
import switchScript from './switch.sh';
import world from './world.sh';

const library = fileOfComponent('machine', 'lib');

const executable = (path: string, content: string): BundleFile => ({ path, mode: '0755', content });
const part = (name: string, content: string): BundleFile => ({ path: `${library}/${name}`, mode: '0644', content });

/** Each verb is a function of operations.sh, which only machines of its kind run. */
const cases = Object.entries<VerbShape>(verbs).map(
  ([verb, { on, unfenced }]) => `${verb}) only_on ${on}; ${unfenced ? 'fenced=no; ' : ''}operation "$@" ;;`,
);

/** What an argument of a verb has to look like, as the script's `form` says it. */
const forms = Object.entries(argumentForms).map(([name, form]) => `${name}) echo '${form}' ;;`);

/**
 * The node script: the command, and the parts that it is made of. fetch-bundle is also in the user data, so it is short; other parts
 * use what it defines.
 */
export const nodeScript: readonly BundleFile[] = [
  executable(`${programsOf('machine')}/kubestep-node`, fill(command, { VERBS: lines(cases.join('\n')) })),
  executable(`${library}/fetch-bundle`, fetchBundle),
  part('world.sh', world),
  part('stage.sh', stage),
  part('switch.sh', switchScript),
  part('machine.sh', machine),
  part('certificates.sh', certificates),
  part('data-volume.sh', dataVolume),
  part('etcd.sh', etcd),
  part('control-plane.sh', controlPlane),
  part('node.sh', node),
  part('operations.sh', fill(operations, { FORMS: lines(forms.join('\n')) })),
];
