import * as z from 'zod';
import { publicImages } from '../ec2/images.ts';
import { AwsError, NotModelled } from '../errors.ts';
import { operation } from '../operation.ts';
import { arnOf, nowOf, type World } from '../world.ts';
import { parameters } from './parameters.ts';

/** The value at which standard parameters end (source: Systems Manager quotas). */
const largestValueBytes = 4096;

/** Names that AWS publishes for everyone. */
const publicPrefix = '/aws/service/';

/** Image ids by the public parameter that names them. */
const imageIds = new Map(publicImages.flatMap((image) => image.parameters.map((name) => [name, image] as const)));

const getInput = { WithDecryption: z.boolean().optional() };

export const GetParameter = operation({
  input: z.strictObject({ Name: z.string().min(1), ...getInput }),
  access: (world, input) => [{ action: 'ssm:GetParameter', resource: parameterArn(world, input.Name) }],
  run: (world, input) => {
    const found = shown(world, input.Name);
    if (!found) throw new AwsError('ParameterNotFound', `Parameter ${input.Name} not found.`);
    return { Parameter: found };
  },
});

export const GetParameters = operation({
  input: z.strictObject({ Names: z.array(z.string().min(1)).min(1).max(10), ...getInput }),
  access: (world, input) =>
    input.Names.map((name) => ({ action: 'ssm:GetParameters', resource: parameterArn(world, name) })),
  run: (world, input) => ({
    Parameters: input.Names.flatMap((name) => shown(world, name) ?? []),
    InvalidParameters: input.Names.filter((name) => !shown(world, name)),
  }),
});

export const PutParameter = operation({
  input: z.strictObject({
    Name: z.string().regex(/^[a-zA-Z0-9_./-]{1,2048}$/),
    Value: z.string().min(1),
    Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
    Overwrite: z.boolean().optional(),
  }),
  access: (world, input) => [{ action: 'ssm:PutParameter', resource: parameterArn(world, input.Name) }],
  run: (world, input) => {
    const before = parameters(world).get(input.Name);
    const type = input.Type ?? before?.type;
    if (type === 'SecureString') throw new NotModelled('ssm', 'PutParameter', 'Type SecureString');
    if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
    if (/^\/?(aws|ssm)/i.test(input.Name)) throw invalid('Parameter name: can\'t be prefixed with "aws" or "ssm"');
    if (Buffer.byteLength(input.Value) > largestValueBytes) {
      throw invalid(`Standard tier parameters support a maximum parameter value of ${largestValueBytes} characters.`);
    }
    if (before && !input.Overwrite) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const version = (before?.version ?? 0) + 1;
    parameters(world).put(input.Name, { name: input.Name, type, value: input.Value, version, changedAt: nowOf(world) });
    return { Version: version, Tier: 'Standard' };
  },
});

export const DeleteParameter = operation({
  input: z.strictObject({ Name: z.string().min(1) }),
  access: (world, input) => [{ action: 'ssm:DeleteParameter', resource: parameterArn(world, input.Name) }],
  run: (world, input) => {
    if (!parameters(world).has(input.Name)) {
      throw new AwsError('ParameterNotFound', `Parameter ${input.Name} not found.`);
    }
    parameters(world).delete(input.Name);
    return {};
  },
});

function shown(world: World, name: string) {
  const image = imageIds.get(name);
  if (image) {
    return {
      Name: name,
      Type: 'String' as const,
      Value: image.id,
      Version: 1,
      LastModifiedDate: new Date(image.createdAt),
      ARN: parameterArn(world, name),
      DataType: 'text',
    };
  }
  const own = parameters(world).get(name);
  return (
    own && {
      Name: own.name,
      Type: own.type,
      Value: own.value,
      Version: own.version,
      LastModifiedDate: new Date(own.changedAt),
      ARN: parameterArn(world, name),
      DataType: 'text',
    }
  );
}

/** AWS's public parameters belong to no account. */
function parameterArn(world: World, name: string): string {
  const path = name.replace(/^\//, '');
  if (name.startsWith(publicPrefix)) return `arn:aws:ssm:${world.region}::parameter/${path}`;
  return arnOf(world, 'ssm', `parameter/${path}`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
