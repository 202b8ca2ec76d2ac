import * as z from 'zod';

/** The grammar of policies in version 2012-10-17 (source: IAM User Guide, "Grammar of the IAM JSON policy language"). */
const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([item, z.array(item)]).transform((value) => (Array.isArray(value) ? value : [value]) as z.output<Item>[]);

const action = z.string().regex(/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/);
const resource = z.string().regex(/^(\*|arn:.*)$/);
const conditionValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const principal = z.union([
  z.literal('*'),
  z.strictObject({
    AWS: oneOrMore(z.string()).optional(),
    Service: oneOrMore(z.string()).optional(),
    Federated: oneOrMore(z.string()).optional(),
  }),
]);

const statement = z
  .strictObject({
    Sid: z
      .string()
      .regex(/^[A-Za-z0-9 ]*$/)
      .optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: principal.optional(),
    NotPrincipal: principal.optional(),
    Action: oneOrMore(action).optional(),
    NotAction: oneOrMore(action).optional(),
    Resource: oneOrMore(resource).optional(),
    NotResource: oneOrMore(resource).optional(),
    Condition: z.record(z.string(), z.record(z.string(), oneOrMore(conditionValue))).optional(),
  })
  .refine((it) => (it.Action === undefined) !== (it.NotAction === undefined), 'one of Action and NotAction')
  .refine((it) => it.Resource === undefined || it.NotResource === undefined, 'one of Resource and NotResource')
  .refine((it) => it.Principal === undefined || it.NotPrincipal === undefined, 'one of Principal and NotPrincipal');

const policyDocument = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).default('2008-10-17'),
  Id: z.string().optional(),
  Statement: oneOrMore(statement).refine((statements) => statements.length > 0, 'no statement'),
});

export type PolicyDocument = z.output<typeof policyDocument>;
export type PolicyStatement = z.output<typeof statement>;
export type PolicyPrincipal = z.output<typeof principal>;

/** Reads a policy; answers the first fault as text where it is none. */
export function parsePolicyDocument(text: string): PolicyDocument | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'The policy is not in the valid JSON format.';
  }
  const parsed = policyDocument.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return `Syntax errors in policy: ${issue?.path.join('.')} ${issue?.message}`;
}
