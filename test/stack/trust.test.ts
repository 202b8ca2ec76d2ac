import { packagedStack, type Stack } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

let stack: Stack;
beforeAll(async () => {
  stack = await packagedStack();
});

interface Trust {
  readonly Principal: { readonly Service: string };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const trusts = (): [string, Trust][] =>
  stack.ofType('AWS::IAM::Role').flatMap(([role, { Properties }]) => {
    const document = Properties?.AssumeRolePolicyDocument as { readonly Statement: readonly Trust[] } | undefined;
    return (document?.Statement ?? []).map((trust): [string, Trust] => [role, trust]);
  });

test('a service may act by a role only for this account', () => {
  for (const [role, { Principal, Condition }] of trusts()) {
    // Lambda and API Gateway act only for the account that passed them the role, and document no such key for it.
    if (['lambda.amazonaws.com', 'apigateway.amazonaws.com'].includes(Principal.Service)) continue;
    expect([role, Condition?.StringEquals]).toEqual([
      role,
      expect.objectContaining({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }),
    ]);
  }
});

test('only schedules of the deployment’s own group ask for operations', () => {
  const trust = trusts().find(([role]) => role === 'ScheduleRole')?.[1];
  expect(trust?.Condition?.StringEquals).toMatchObject({ 'aws:SourceArn': { 'Fn::GetAtt': ['ScheduleGroup', 'Arn'] } });
});

/** Where a function's environment names roles that key policies hold to, for as long as a cluster lives. */
const namedForKeys = /_ROLE_ARNS?$/;

test('every role that the policies of keys name has a name of its own, so that a stack deployed again is the same signer', () => {
  const resolveFacts = stack.functions.find(({ name }) => name === 'resolveFacts');
  const environment = resolveFacts?.properties.Environment as { Variables: Record<string, unknown> } | undefined;
  const values = Object.entries(environment?.Variables ?? {}).filter(([name]) => namedForKeys.test(name));
  const roles = new Set(values.flatMap(([, value]) => JSON.stringify(value).match(/\w+Role\b/g) ?? []));
  expect(roles.size).toBeGreaterThan(3);
  for (const role of roles) {
    expect(stack.template.Resources[role]?.Properties?.RoleName).toBe(`kubestep-dev-us-east-1-${role}`);
  }
});

test('a name of a role is not too long for IAM in any region, with a stage of up to 16 characters', () => {
  const names = stack.ofType('AWS::IAM::Role').flatMap(([, { Properties }]) => Properties?.RoleName ?? []);
  const longest = Math.max(...names.map((name) => String(name).length));
  // us-east-1 and dev are 9 and 3 characters; the longest region has 14. IAM takes 64.
  expect(longest - 12 + 14 + 16).toBeLessThanOrEqual(64);
});
