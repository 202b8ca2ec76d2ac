import { accessToVolumeKey } from '../ec2/volumeEncryption.ts';
import { explainDenial } from '../iam/authorize.ts';
import { serviceLinkedRole } from '../iam/serviceLinkedRoles.ts';
import type { World } from '../world.ts';

/**
 * Whether Auto Scaling may use a key for its instances' volumes: it acts by its service-linked role, which the key's own
 * policy must let in (source: Auto Scaling user guide, "Required KMS key policy for use with encrypted volumes").
 */
export function mayUseKey(world: World, arn: string): boolean {
  const role = serviceLinkedRole(world, 'autoscaling.amazonaws.com');
  if (!role) return false;
  const session = { kind: 'role', roleArn: role.arn, roleId: role.roleId, sessionName: 'AutoScaling' } as const;
  return accessToVolumeKey(world, arn).every((access) => explainDenial(world, session, access) === undefined);
}
