import type { ResourceName } from '../blueprint/tags.ts';
import type { Membership } from '../store/membership.ts';
import type { FoundInstance } from './instances.ts';
import type { FoundNetworkInterface } from './networkInterfaces.ts';

type Placed = { readonly id: string; readonly vpcId?: string | undefined };

/** Whether its id is stored, or it is in a VPC that was made for the cluster. */
export const isMember = ({ known }: Membership, { id, vpcId }: Placed): boolean =>
  known.ids.has(id) || (vpcId !== undefined && known.idsOf('vpc/main').includes(vpcId));

/** Whether the VPC is the cluster's: made for it, or the existing one in which it was created. */
export const isHomeVpc = ({ known }: Membership, vpcId: string | undefined): boolean =>
  vpcId !== undefined && [...known.idsOf('vpc/main'), ...known.idsOf('vpc/existing')].includes(vpcId);

/** An interface whose creation was not answered is one that only the cluster's own security groups guard. */
export const isOurInterface = (membership: Membership, found: FoundNetworkInterface): boolean =>
  isMember(membership, found) ||
  (found.securityGroupIds.length > 0 && found.securityGroupIds.every((id) => membership.known.ids.has(id)));

/** A slot's machine, one of a group (AWS sets that tag, nobody else can), or one that holds an interface of a slot. */
export const isOurInstance = (membership: Membership, found: FoundInstance): boolean =>
  membership.instanceIds.has(found.id) ||
  isMember(membership, found) ||
  found.groupName?.startsWith(`${membership.clusterId}-`) === true ||
  found.networkInterfaceIds.some((id) => membership.known.ids.has(id));

/** A volume that is encrypted with a key of the cluster's own: nobody can change a volume's key. */
export const isOurVolume = ({ known }: Membership, { keyArn }: { readonly keyArn: string | undefined }): boolean =>
  keyArn !== undefined && known.keysFor('volumes').includes(keyArn);

/** A key whose ARN is stored: it was made by the cluster, or compared with what it makes, its policy included. */
export const isOurKey = ({ known }: Membership, keyId: string): boolean =>
  [...known.ids].some((arn) => arn.endsWith(`:key/${keyId}`));

/**
 * Of things that have neither a place nor a name of their own: those whose ids are stored, and what lost answers left. More
 * of these than answers were lost, and nobody can know which are the cluster's: all are left.
 */
export function oursAmong<Found extends Placed & { readonly key: string }>(
  membership: Membership,
  kind: 'vpc' | 'internet-gateway' | 'elastic-ip',
  found: readonly Found[],
): Found[] {
  const members = found.filter((each) => isMember(membership, each));
  const others = found.filter((each) => !isMember(membership, each));
  const left = others.filter(({ key }) => {
    const resource: ResourceName = `${kind}/${key}`;
    return others.filter((each) => each.key === key).length <= membership.known.unanswered(resource).length;
  });
  return [...members, ...left];
}
