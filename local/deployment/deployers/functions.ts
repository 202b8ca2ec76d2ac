import { type FunctionRow, functions } from '../../cloud/lambda/functions.ts';
import { arnOf } from '../../cloud/world.ts';
import type { Deployer } from '../deploy.ts';

/** Lambda's default (AWS Lambda developer guide, "Configure Lambda function timeout"). */
const defaultTimeoutSeconds = 3;

export const deployFunction: Deployer = async (resource, cloud) => {
  const { FunctionName, Handler, Role, Timeout, Environment } = resource.properties as {
    readonly FunctionName: string;
    readonly Handler: string;
    readonly Role: string;
    readonly Timeout?: number;
    readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  };
  const arn = arnOf(cloud.world, 'lambda', `function:${FunctionName}`);
  const row: FunctionRow = {
    name: FunctionName,
    arn,
    roleArn: Role,
    source: Handler.replace(/\.handler$/, ''),
    timeoutSeconds: Timeout ?? defaultTimeoutSeconds,
    environment: Environment?.Variables ?? {},
  };
  functions(cloud.world).put(FunctionName, row);
  return { ref: FunctionName, attributes: { Arn: arn } };
};
