import { autoScaling } from '../../shared/clients/autoScaling.ts';
import { dynamodb } from '../../shared/clients/dynamodb.ts';
import { ec2 } from '../../shared/clients/ec2.ts';
import { ec2Once } from '../../shared/clients/ec2Once.ts';
import { elasticLoadBalancing } from '../../shared/clients/elasticLoadBalancing.ts';
import { iam } from '../../shared/clients/iam.ts';
import { kms } from '../../shared/clients/kms.ts';
import { kmsOnce } from '../../shared/clients/kmsOnce.ts';
import { lambda } from '../../shared/clients/lambda.ts';
import { s3 } from '../../shared/clients/s3.ts';
import { scheduler } from '../../shared/clients/scheduler.ts';
import { serviceQuotas } from '../../shared/clients/serviceQuotas.ts';
import { ssm } from '../../shared/clients/ssm.ts';
import { stepFunctions } from '../../shared/clients/stepFunctions.ts';
import { sts } from '../../shared/clients/sts.ts';
import type { Credentials } from '../cloud/s3/presign.ts';
import { type Caller, connectClient, currentCaller, standardAttempts } from '../cloud/sdk.ts';
import { issueCredentials } from '../cloud/sts/sessions.ts';

/** Every client of the product; one that were missing here would talk to the real AWS. */
export const clients = {
  autoScaling,
  dynamodb,
  ec2,
  ec2Once,
  elasticLoadBalancing,
  iam,
  kms,
  kmsOnce,
  lambda,
  s3,
  scheduler,
  serviceQuotas,
  ssm,
  stepFunctions,
  sts,
};

/** How often each client sends a request before it gives up, where that is not the SDK's standard; DynamoDB's is its own default. */
const ownAttempts: ReadonlyMap<object, number> = new Map<object, number>([
  [dynamodb, 4],
  [ec2Once, 1],
  [kmsOnce, 1],
]);

export const attemptsOf = (client: object): number => ownAttempts.get(client) ?? standardAttempts;

/** What Lambda gives a function in its environment: its role's credentials, for some hours. */
function credentialsOf({ cloud, principal }: Caller): Credentials {
  if (principal.kind !== 'role') throw new Error('Only functions sign URLs');
  return issueCredentials(cloud.world, principal, 6 * 3600);
}

let connected = false;

/** Turns the product's clients to the model, once for the process: which world answers depends on who is calling. */
export function connectClients(): void {
  if (connected) return;
  connected = true;
  for (const client of Object.values(clients)) connectClient(client, attemptsOf(client));
  // Requests do not need them; URLs that a function signs are signed by its own role. Assigned, they would be kept for the next function.
  Object.defineProperty(s3.config, 'credentials', { value: async () => credentialsOf(currentCaller()) });
}
