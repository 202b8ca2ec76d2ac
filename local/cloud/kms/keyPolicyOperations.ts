import * as z from 'zod';
import { changed, lastSet } from '../iam/delayedSettings.ts';
import { operation } from '../operation.ts';
import { keyAccess } from './access.ts';
import { keyId } from './inputs.ts';
import { checkKeyPolicy } from './keyPolicies.ts';
import { putKey, requireKey } from './keys.ts';

export const PutKeyPolicy = operation({
  input: z.strictObject({
    KeyId: keyId,
    PolicyName: z.literal('default').default('default'),
    Policy: z.string().min(1),
    BypassPolicyLockoutSafetyCheck: z.boolean().default(false),
  }),
  access: (world, { KeyId, BypassPolicyLockoutSafetyCheck }) => [
    keyAccess(world, 'kms:PutKeyPolicy', KeyId, {
      context: { 'kms:BypassPolicyLockoutSafetyCheck': String(BypassPolicyLockoutSafetyCheck) },
    }),
  ],
  run: (world, { KeyId, Policy, BypassPolicyLockoutSafetyCheck }, { principal }) => {
    const key = requireKey(world, KeyId);
    checkKeyPolicy(
      world,
      { document: Policy, keyArn: key.arn, bypassLockout: BypassPolicyLockoutSafetyCheck },
      principal,
    );
    putKey(world, { ...key, policy: changed(world, key.policy, Policy, world.delays.of('policyEffective')) });
    return {};
  },
});

export const GetKeyPolicy = operation({
  input: z.strictObject({ KeyId: keyId, PolicyName: z.literal('default').default('default') }),
  access: (world, { KeyId }) => [keyAccess(world, 'kms:GetKeyPolicy', KeyId)],
  run: (world, { KeyId }) => ({ Policy: lastSet(requireKey(world, KeyId).policy) ?? '', PolicyName: 'default' }),
});
