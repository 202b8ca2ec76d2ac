import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compilePolicy } from '../../../local/cloud/iam/compiledPolicy.ts';

/** What the packaged template puts in the place of references. */
const references: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'Bucket.Arn': 'arn:aws:s3:::kubestep-dev-bucket',
  HttpApi: 'abc123',
};

/** `${name}` is filled in, `${!name}` stays for IAM as `${name}`. */
function substituted(text: string): string {
  return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, isIams: string, name: string) => {
    const value = isIams ? `\${${name}}` : references[name];
    if (value === undefined) throw new Error(`The boundary refers to ${name}`);
    return value;
  });
}

const source = readFileSync('resources/boundary.policy.yml', 'utf8');

/** The boundary as it is deployed, in JSON. */
export const boundaryDocument = JSON.stringify(
  parse(source, { merge: true, customTags: [{ tag: '!Sub', resolve: substituted }] }),
);

/** One request as IAM judges it. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** Whether a policy allows a request of a principal with these tags. Condition keys are compared without their case. */
export function allows(document: string, { action, resource, context }: Request): boolean {
  const values = new Map(
    Object.entries(context).map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value]),
  );
  const covering = compilePolicy(document).filter(
    (statement) => statement.coversAction(action) && statement.covers(resource, (key) => values.get(key)),
  );
  return covering.length > 0 && covering.every(({ effect }) => effect === 'Allow');
}
