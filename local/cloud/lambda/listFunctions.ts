import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { type FunctionRow, functions } from './functions.ts';

/** Functions in a page where the request says no number (source: Lambda API reference, ListFunctions: 50 at most in any). */
const maxListed = 50;

export const ListFunctions = operation({
  input: z.strictObject({
    MaxItems: z.number().int().min(1).max(10_000).default(maxListed),
    Marker: z.string().min(1).optional(),
  }),
  access: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
  run: (world, { MaxItems, Marker }) => {
    const after = Marker === undefined ? '' : nameIn(Marker);
    const rest = [...functions(world).rows()]
      .filter(({ name }) => name > after)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const page = rest.slice(0, Math.min(MaxItems, maxListed));
    const last = page.at(-1);
    const isCut = last !== undefined && page.length < rest.length;
    return {
      Functions: page.map(configurationOf),
      ...(isCut && { NextMarker: Buffer.from(`after:${last.name}`).toString('base64url') }),
    };
  },
});

/** What the model knows of a function. Code, memory and layers are none of its business, and are left out rather than invented. */
const configurationOf = ({ name, arn, roleArn, timeoutSeconds, environment }: FunctionRow) => ({
  FunctionName: name,
  FunctionArn: arn,
  Role: roleArn,
  Timeout: timeoutSeconds,
  Version: '$LATEST',
  PackageType: 'Zip',
  Environment: { Variables: environment },
});

function nameIn(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString();
  if (!text.startsWith('after:')) throw new AwsError('InvalidParameterValueException', `Invalid Marker: ${marker}`);
  return text.slice('after:'.length);
}
