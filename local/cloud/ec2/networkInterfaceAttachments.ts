import { AwsError } from '../errors.ts';

export const attachedJob = 'ec2.networkInterfaceAttached';
export const detachedJob = 'ec2.networkInterfaceDetached';

export interface Detachment {
  readonly networkInterfaceId: string;
  readonly attachmentId: string;
}

/** What EC2 answers when an interface that is held already is wanted for an instance. */
export function inUse(networkInterfaceId: string): AwsError {
  return new AwsError('InvalidNetworkInterface.InUse', `Interface: [${networkInterfaceId}] in use.`);
}
