import { autoScaling } from '../../shared/aws/clients/autoScaling.ts';
import { dynamodb } from '../../shared/aws/clients/dynamodb.ts';
import { ec2 } from '../../shared/aws/clients/ec2.ts';
import { elasticLoadBalancing } from '../../shared/aws/clients/elasticLoadBalancing.ts';
import { iam } from '../../shared/aws/clients/iam.ts';
import { kms } from '../../shared/aws/clients/kms.ts';
import { lambda } from '../../shared/aws/clients/lambda.ts';
import { s3 } from '../../shared/aws/clients/s3.ts';
import { scheduler } from '../../shared/aws/clients/scheduler.ts';
import { serviceQuotas } from '../../shared/aws/clients/serviceQuotas.ts';
import { ssm } from '../../shared/aws/clients/ssm.ts';
import { stepFunctions } from '../../shared/aws/clients/stepFunctions.ts';
import { connectClient } from '../cloud/sdk.ts';

/** Every client of the product; one that were missing here would talk to the real AWS. */
export const clients = {
  autoScaling,
  dynamodb,
  ec2,
  elasticLoadBalancing,
  iam,
  kms,
  lambda,
  s3,
  scheduler,
  serviceQuotas,
  ssm,
  stepFunctions,
};

let connected = false;

/** Turns the product's clients to the model, once for the process: which world answers depends on who is calling. */
export function connectClients(): void {
  if (connected) return;
  connected = true;
  for (const client of Object.values(clients)) connectClient(client);
}
