import { AwsError } from '../errors.ts';
import { checkPolicyDocument } from '../iam/compiledPolicy.ts';
import { effectiveNow } from '../iam/delayedSettings.ts';
import { evaluateResourcePolicy } from '../iam/evaluateResourcePolicy.ts';
import { requestContext } from '../iam/requestContext.ts';
import { defineResourcePolicies } from '../iam/resourcePolicies.ts';
import { missingPrincipal } from '../iam/trust.ts';
import type { Principal } from '../principal.ts';
import type { World } from '../world.ts';
import { keyContext } from './access.ts';
import { grantAllows } from './grants.ts';
import { keyOf } from './keys.ts';

/** 32 KB (source: KMS Developer Guide, "Resource quotas"). */
const maxBytes = 32 * 1024;

/** The policy of a key whose creator gives none: the account decides by its identity policies. */
export function defaultKeyPolicy(world: World): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${world.account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });
}

// The root of every permission on a key: identity policies help only as far as the key's policy lets the account decide.
defineResourcePolicies('kms', (world, access) => {
  const isAboutAlias = access.resource.includes(':alias/') && access.action.endsWith('Alias');
  const key = isAboutAlias ? undefined : keyOf(world, access.resource);
  const document = key && effectiveNow(world, key.policy);
  if (!key || document === undefined) return undefined;
  return {
    document,
    isRequired: true,
    context: keyContext(world, key),
    grants: (grantee, asked) => grantAllows(world, key.keyId, grantee, asked),
  };
});

interface NewKeyPolicy {
  readonly document: string;
  readonly keyArn: string;
  readonly bypassLockout: boolean;
}

/** Refuses a key policy that is none, names someone unknown, or locks out its author. */
export function checkKeyPolicy(world: World, policy: NewKeyPolicy, principal: Principal): void {
  if (Buffer.byteLength(policy.document) > maxBytes) {
    throw new AwsError('LimitExceededException', `The key policy is larger than ${maxBytes} bytes`);
  }
  checkPolicyDocument(policy.document, 'resource');
  if (missingPrincipal(world, policy.document) !== undefined) {
    throw malformed('Policy contains a statement with one or more invalid principals.');
  }
  if (!policy.bypassLockout && !mayPutPolicyAgain(world, policy, principal)) {
    throw malformed('The new key policy will not allow you to update the key policy in the future.');
  }
}

function mayPutPolicyAgain(world: World, { document, keyArn }: NewKeyPolicy, principal: Principal): boolean {
  const access = { action: 'kms:PutKeyPolicy', resource: keyArn };
  const context = requestContext(world, principal, access);
  const verdict = evaluateResourcePolicy(world, { document }, principal, access, context);
  return verdict !== 'denied' && verdict.letsIn !== undefined;
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
