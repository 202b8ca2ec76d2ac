import { CreateServiceLinkedRoleCommand } from '@aws-sdk/client-iam';
import { iam } from '../clients/iam.ts';
import { unless } from './errors.ts';

/** Ensures the role by which an AWS service acts in the account. `InvalidInput` is how IAM says that it exists. */
export async function ensureServiceLinkedRole(service: string): Promise<void> {
  await unless(['InvalidInput'], iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service })));
}
