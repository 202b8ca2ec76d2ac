import { lastSet } from '../../local/cloud/iam/delayedSettings.ts';
import { existingKeys } from '../../local/cloud/kms/keys.ts';
import type { Principal } from '../../local/cloud/principal.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { attempt, denied, functionSession, machineSession, policy, someoneWith, theRole } from './attackers.ts';
import { storedItems } from './storedItems.ts';

jest.setTimeout(120_000);

const authorities = ['kubernetes-ca', 'etcd-ca', 'front-proxy-ca'];

let account: TestAccount;
let clusterId: string;
beforeEach(async () => {
  account = await anAccountWithCluster();
  clusterId = await clusterIdOf(account);
});

const keyNamed = (name: string): string => {
  const key = [...existingKeys(account.world)].find((each) => each.tags['kubestep/resource'] === `key/${name}`);
  if (!key) throw new Error(`there is no key ${name}`);
  return key.arn;
};

const anyoneForKms = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }];

type Attacks = readonly (readonly [operation: string, input: Record<string, unknown>])[];

/** What would make somebody a certificate authority, now or later, or take the cluster’s away. */
const attacksOn = (KeyId: string): Attacks => [
  ['kms:Sign', { KeyId, Message: Buffer.alloc(32), MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' }],
  ['kms:PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: policy(anyoneForKms) }],
  ['kms:CreateGrant', { KeyId, GranteePrincipal: 'arn:aws:iam::123456789012:role/someone', Operations: ['Sign'] }],
  ['kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }],
  ['kms:DisableKey', { KeyId }],
];

async function refusalsOf(principal: Principal, KeyId: string, attacks = attacksOn(KeyId)): Promise<string[]> {
  const answers: string[] = [];
  for (const [operation, input] of attacks) {
    const answer = await attempt(account, principal, operation, input);
    if (!denied.includes(answer)) answers.push(`${operation}: ${answer}`);
  }
  return answers;
}

test.each(authorities)(
  'kms:* does not allow signing as the %s, opening its policy, granting or deleting it',
  async (name) => {
    const someone = await someoneWith(account, { statements: anyoneForKms });
    expect(await refusalsOf(someone, keyNamed(name))).toEqual([]);
  },
);

test.each(authorities)('the account’s administrator does none of it to the %s either', async (name) => {
  expect(await refusalsOf(administratorOf(account.world), keyNamed(name))).toEqual([]);
});

test('somebody with kms:* and a name like a signing function’s is refused as everybody', async () => {
  const impostor = await someoneWith(account, { name: 'kubestep-IssueCertsRole', statements: anyoneForKms });
  expect(await refusalsOf(impostor, keyNamed('kubernetes-ca'))).toEqual([]);
});

test('a function that signs deletes no authority, and one that deletes them does not sign', async () => {
  const KeyId = keyNamed('kubernetes-ca');
  const [sign, , , remove] = attacksOn(KeyId);
  if (!sign || !remove) throw new Error('no attacks');
  expect(await attempt(account, functionSession(account, 'IssueCerts'), ...sign)).toBe('allowed');
  expect(denied).toContain(await attempt(account, functionSession(account, 'IssueCerts'), ...remove));
  expect(denied).toContain(await attempt(account, functionSession(account, 'DeleteKeys'), ...sign));
});

/** First steps after which somebody who may not decrypt could do so all the same, or nobody could. */
async function detoursTo(KeyId: string, ciphertext: Uint8Array, context: object): Promise<Attacks> {
  const own = await callAws<{ KeyMetadata: { Arn: string } }>(account, 'kms:CreateKey', {});
  const toOwnKey = {
    CiphertextBlob: ciphertext,
    SourceEncryptionContext: context,
    DestinationKeyId: own.KeyMetadata.Arn,
  };
  return [
    [
      'kms:PutKeyPolicy',
      { KeyId, PolicyName: 'default', Policy: policy(anyoneForKms), BypassPolicyLockoutSafetyCheck: true },
    ],
    ['kms:ReEncrypt', toOwnKey],
    ['kms:ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1', Policy: policy(anyoneForKms) }],
    ['kms:CreateGrant', { KeyId, GranteePrincipal: 'arn:aws:iam::123456789012:role/someone', Operations: ['Decrypt'] }],
    ['kms:DisableKey', { KeyId }],
    ['kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }],
  ];
}

test('nobody gets at the wrapped keys in two steps: no policy, no other key, no other region, no grant', async () => {
  const item = (await storedItems(account, `authorities#${clusterId}`)).find(({ sk }) => sk === 'service-account');
  const KeyId = keyNamed('secrets');
  const ciphertext = Buffer.from(String(item?.ciphertext), 'base64');
  const detours = await detoursTo(KeyId, ciphertext, { clusterId, purpose: 'service-account' });
  const callers = [
    await someoneWith(account, { statements: anyoneForKms }),
    administratorOf(account.world),
    functionSession(account, 'IssueCerts'),
    functionSession(account, 'CreateKeys'),
  ];
  for (const caller of callers) {
    const isKeyDeleter = 'sessionName' in caller && caller.sessionName.endsWith('CreateKeys');
    const tried = isKeyDeleter ? detours.filter(([operation]) => operation !== 'kms:ScheduleKeyDeletion') : detours;
    expect(await refusalsOf(caller, KeyId, tried)).toEqual([]);
  }
});

test('nobody opens the policy of the key of volumes, or deletes it', async () => {
  const KeyId = keyNamed('volumes');
  const attacks = attacksOn(KeyId).filter(([operation]) => /PutKeyPolicy|ScheduleKeyDeletion/.test(operation));
  for (const caller of [await someoneWith(account, { statements: anyoneForKms }), administratorOf(account.world)]) {
    expect(await refusalsOf(caller, KeyId, attacks)).toEqual([]);
  }
});

test('one role of the deployment may change the policies of keys, and no other that signs', async () => {
  const mayChange: string[] = [];
  for (const name of ['IssueCerts', 'IssueKubeconfig', 'PostCertificates', 'CreateKeys', 'DeleteKeys']) {
    const { roleName } = theRole(account, new RegExp(`-${name}Role$`));
    const rights = { RoleName: roleName, PolicyName: 'generous', PolicyDocument: policy(anyoneForKms) };
    await callAws(account, 'iam:PutRolePolicy', rights);
  }
  await account.clock.advance({ minutes: 1 });
  for (const name of ['IssueCerts', 'IssueKubeconfig', 'PostCertificates', 'CreateKeys', 'DeleteKeys']) {
    for (const key of ['kubernetes-ca', 'secrets', 'volumes']) {
      const KeyId = keyNamed(key);
      const current = [...existingKeys(account.world)].find(({ arn }) => arn === KeyId)?.policy ?? [];
      const same = { KeyId, PolicyName: 'default', Policy: lastSet(current), BypassPolicyLockoutSafetyCheck: true };
      const answer = await attempt(account, functionSession(account, name), 'kms:PutKeyPolicy', same);
      if (answer === 'allowed') mayChange.push(`${name} ${key}`);
      else expect(denied).toContain(answer);
    }
  }
  expect(mayChange).toEqual(['IssueCerts kubernetes-ca', 'IssueCerts secrets', 'IssueCerts volumes']);
});

describe('a wrapped key', () => {
  const purposes = ['service-account', 'secrets-encryption'];
  const unwrap = async (purpose: string, context: Record<string, string>) => {
    const item = (await storedItems(account, `authorities#${clusterId}`)).find(({ sk }) => sk === purpose);
    if (!item?.ciphertext) throw new Error(`${purpose} is not stored`);
    return {
      KeyId: keyNamed('secrets'),
      CiphertextBlob: Buffer.from(String(item.ciphertext), 'base64'),
      EncryptionContext: context,
    };
  };
  const own = (purpose: string) => ({ clusterId, purpose });
  const aMachine = (role: string) =>
    machineSession(account, new RegExp(`^${clusterId}-.*-${role}$`), 'i-0123456789abcdef0');

  test.each(purposes)('%s is unwrapped by a master', async (purpose) => {
    const asked = await unwrap(purpose, own(purpose));
    expect(await attempt(account, aMachine('master'), 'kms:Decrypt', asked)).toBe('allowed');
  });

  test.each(purposes)(
    '%s is denied to a worker, to every function, to a caller with kms:* and to the administrator',
    async (purpose) => {
      const asked = await unwrap(purpose, own(purpose));
      const callers = [
        aMachine('worker'),
        functionSession(account, 'IssueCerts'),
        functionSession(account, 'RenderBundles'),
        await someoneWith(account, { statements: anyoneForKms }),
        administratorOf(account.world),
      ];
      for (const caller of callers) expect(denied).toContain(await attempt(account, caller, 'kms:Decrypt', asked));
    },
  );

  test('is not unwrapped as what it is not: another purpose, another cluster, no context', async () => {
    const master = aMachine('master');
    const contexts = [{ clusterId, purpose: 'anything' }, { clusterId: 'other-x7k2p', purpose: 'service-account' }, {}];
    for (const context of contexts) {
      expect(denied).toContain(await attempt(account, master, 'kms:Decrypt', await unwrap('service-account', context)));
    }
    const exchanged = await unwrap('service-account', own('secrets-encryption'));
    expect(await attempt(account, master, 'kms:Decrypt', exchanged)).toBe('InvalidCiphertextException');
  });

  test('is never made in plaintext', async () => {
    const someone = await someoneWith(account, { statements: anyoneForKms });
    const KeyId = keyNamed('secrets');
    const EncryptionContext = own('secrets-encryption');
    for (const caller of [someone, administratorOf(account.world)]) {
      const answer = await attempt(account, caller, 'kms:GenerateDataKey', {
        KeyId,
        KeySpec: 'AES_256',
        EncryptionContext,
      });
      expect(denied).toContain(answer);
    }
  });
});
