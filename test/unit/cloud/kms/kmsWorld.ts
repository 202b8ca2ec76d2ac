import { iam } from '../../../../local/cloud/iam/service.ts';
import { kms } from '../../../../local/cloud/kms/service.ts';
import type { Principal } from '../../../../local/cloud/principal.ts';
import { sts } from '../../../../local/cloud/sts/service.ts';
import { type TestCloud, testCloud } from '../../../support/testWorld.ts';

export const aKmsCloud = () => testCloud([kms, iam, sts]);

/** The id of a key that is enabled; symmetric unless the input says otherwise. */
export async function aKey({ call, world }: TestCloud, input: object = {}): Promise<string> {
  const { KeyMetadata } = await call<{ KeyMetadata: { KeyId: string } }>('CreateKey', input);
  await world.clock.advance({ seconds: 2 });
  return KeyMetadata.KeyId;
}

export const aSigningKey = (cloud: TestCloud) => aKey(cloud, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });

export function errorOfCall(cloud: TestCloud, principal: Principal, operation: string, input: object): Promise<Error> {
  return cloud.callAs(principal, operation, input).then(
    () => Promise.reject(new Error(`${operation} succeeded`)),
    (error: Error) => error,
  );
}
