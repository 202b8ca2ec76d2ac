import { AwsError } from '../errors.ts';
import type { World } from '../world.ts';
import { type Key, requireEnabled, requireKey } from './keys.ts';

/** An enabled symmetric key. */
export function requireEncryptionKey(world: World, named: string): Key {
  const key = requireKey(world, named);
  if (key.keySpec === 'SYMMETRIC_DEFAULT') return requireEnabled(world, key);
  throw new AwsError(
    'InvalidKeyUsageException',
    `${key.arn} key usage is SIGN_VERIFY which is not valid for encryption.`,
  );
}
