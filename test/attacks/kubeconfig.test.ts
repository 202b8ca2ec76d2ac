import { X509Certificate } from 'node:crypto';
import type { CloudCall } from '../../local/cloud/cloud.ts';
import { existingKeys } from '../../local/cloud/kms/keys.ts';
import { requireFunction } from '../../local/cloud/lambda/functions.ts';
import type { RoleSession } from '../../local/cloud/principal.ts';
import { aKeyPair, aSigningRequest } from '../support/authorities.ts';
import { askForKubeconfig } from '../support/operators.ts';
import { attempt, denied, everything, functionSession, machineSession, someoneWith } from './attackers.ts';
import { storedItems } from './storedItems.ts';
import { type TwoClusters, twoClusters } from './twoClusters.ts';

jest.setTimeout(120_000);

let two: TwoClusters;
let signed: CloudCall[];
beforeEach(async () => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  signed = [];
  two = await twoClusters({
    observers: [{ before: (call) => void (call.operation === 'Sign' && signed.push(call)) }],
  });
});

/** Nothing was signed, and no operator is recorded as having received anything. */
async function expectNothingIssued(): Promise<void> {
  expect(signed).toEqual([]);
  for (const cluster of ['demo', 'other']) {
    const entries = await storedItems(two.account, `audit#${cluster}`);
    expect(entries.filter(({ id }) => String(id).startsWith('operator#'))).toEqual([]);
  }
}

const mayPost = (...paths: readonly string[]) => ({
  Effect: 'Allow',
  Action: 'execute-api:Invoke',
  Resource: paths.map((path) => `arn:aws:execute-api:us-east-1:123456789012:*/$default/POST/clusters/${path}`),
});

const aViewerOfDemo = (): Promise<RoleSession> =>
  someoneWith(two.account, { name: 'viewer', statements: [mayPost('demo/kubeconfig/viewers')] });

test('a viewer of one cluster gets that and nothing else: no administrator, no other cluster, no name that looks alike', async () => {
  const principal = await aViewerOfDemo();
  for (const [cluster, group, refusal] of [
    ['demo', 'administrators', 403],
    ['other', 'viewers', 403],
    ['other', 'administrators', 403],
    ['demo2', 'viewers', 403],
    ['demo', 'viewers2', 403],
    // Decoded, that is a path of no route.
    ['demo', 'viewers/../administrators', 404],
    ['demo', 'system:masters', 403],
  ] as const) {
    const { status } = await askForKubeconfig(two.account, { principal, cluster, group });
    expect([cluster, group, status]).toEqual([cluster, group, refusal]);
  }
  await expectNothingIssued();

  const { status, body } = await askForKubeconfig(two.account, { principal });
  expect(status).toBe(200);
  expect(new X509Certificate(body.certificate).subject).toBe(
    'O=kubestep:viewers\nCN=aws:123456789012:assumed-role/viewer/me',
  );
});

test('the right to read a cluster does not give access to it, and neither does being a machine or a function', async () => {
  const reader = await someoneWith(two.account, {
    name: 'reader',
    statements: [
      {
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: 'arn:aws:execute-api:us-east-1:123456789012:*/$default/GET/clusters/demo/*',
      },
    ],
  });
  const master = machineSession(two.account, new RegExp(`^${two.own}-.*-master$`), 'i-0123456789abcdef0');
  for (const principal of [reader, master, functionSession(two.account, 'IssueKubeconfig')])
    expect((await askForKubeconfig(two.account, { principal })).status).toBe(403);
  await expectNothingIssued();
});

describe('a caller who may do everything', () => {
  const anyone = () => someoneWith(two.account, { statements: everything });

  test.each(['system:masters', 'system:nodes', 'masters', 'kubestep:viewers', 'Viewers', 'viewers\nsystem:masters'])(
    'gets no certificate of the group %j',
    async (group) => {
      const { status, body } = await askForKubeconfig(two.account, { principal: await anyone(), group });
      expect([status, body.error]).toEqual([400, 'InvalidRequest']);
      expect(body.message).not.toContain(group);
      await expectNothingIssued();
    },
  );

  test.each(['9', '8.0001', '0', '-1', 'NaN', 'Infinity', '1e1', '0x8', '', ' 8', '8\n', '8;9'])(
    'gets none for %j hours',
    async (hours) => {
      const { status, body } = await askForKubeconfig(two.account, { principal: await anyone(), hours });
      expect([status, body.error]).toEqual([400, 'InvalidRequest']);
      await expectNothingIssued();
    },
  );

  test.each([
    ['nothing', () => ''],
    ['text', () => 'system:masters'],
    ['a key of somebody else', () => aSigningRequest(aKeyPair().privateKey, aKeyPair().publicKey)],
    ['two requests', () => aSigningRequest(aKeyPair().privateKey).repeat(2)],
    ['far too much', () => `${aSigningRequest(aKeyPair().privateKey)}${' '.repeat(5000)}`],
  ])('gets none for %s in place of a signing request', async (_, make) => {
    const principal = await anyone();
    const { status, body } = await askForKubeconfig(two.account, { principal, signingRequest: make() });
    expect([status, body.error]).toEqual([400, 'InvalidRequest']);
    await expectNothingIssued();
  });

  test('is called what IAM says, whatever the request asks to be called', async () => {
    const { privateKey, publicKey } = aKeyPair();
    const signingRequest = aSigningRequest(privateKey, publicKey, 'system:admin\u0000\u001b[2J,O=system:masters');
    const { body } = await askForKubeconfig(two.account, { principal: await anyone(), signingRequest });
    const certificate = new X509Certificate(body.certificate);
    expect(certificate.subject).toBe('O=kubestep:viewers\nCN=aws:123456789012:assumed-role/someone/me');
    expect(certificate.subjectAltName).toBeUndefined();
    expect(certificate.checkPrivateKey(privateKey)).toBe(true);
  });

  test('gets into one cluster with what is for that one only', async () => {
    const principal = await anyone();
    const [own, other] = [
      await askForKubeconfig(two.account, { principal }),
      await askForKubeconfig(two.account, { principal, cluster: 'other' }),
    ];
    const certificate = new X509Certificate(own.body.certificate);
    expect(certificate.verify(new X509Certificate(own.body.authority).publicKey)).toBe(true);
    expect(certificate.verify(new X509Certificate(other.body.authority).publicKey)).toBe(false);
  });

  test.each(['nobody', 'demo%0Aother', '%1b[2J'])('learns that there is no cluster %s', async (cluster) => {
    expect((await askForKubeconfig(two.account, { principal: await anyone(), cluster })).status).toBe(404);
    await expectNothingIssued();
  });
});

test('the function itself, called past the HTTP API, issues nothing to somebody whom IAM has not named', async () => {
  const row = requireFunction(two.account.world, 'kubestep-dev-issueKubeconfig');
  const body = aSigningRequest(aKeyPair().privateKey);
  const http = {
    version: '2.0',
    routeKey: 'POST /clusters/{name}/kubeconfig/{group}',
    pathParameters: { name: 'demo', group: 'administrators' },
    body,
  };
  const signedBy = (iam: object) => ({ ...http, requestContext: { authorizer: { iam } } });
  const refused = expect.objectContaining({ statusCode: 400 });
  for (const [event, answer] of [
    [{ cluster: 'demo', group: 'administrators', body }, { functionError: expect.anything() }],
    [http, { payload: refused }],
    [signedBy({}), { payload: refused }],
    [signedBy({ userArn: 'system:admin' }), { functionError: expect.anything() }],
    [signedBy({ userArn: 'arn:aws:iam::1:user/a\nO=b' }), { functionError: expect.anything() }],
  ] as const)
    expect(await two.account.until(two.account.runtime.invoke(row, event))).toMatchObject(answer);
  await expectNothingIssued();
});

test('a body that API Gateway hands on in Base64 is read as the same request', async () => {
  const row = requireFunction(two.account.world, 'kubestep-dev-issueKubeconfig');
  const { privateKey } = aKeyPair();
  const event = {
    version: '2.0',
    routeKey: 'POST /clusters/{name}/kubeconfig/{group}',
    pathParameters: { name: 'demo', group: 'viewers' },
    body: Buffer.from(aSigningRequest(privateKey)).toString('base64'),
    isBase64Encoded: true,
    requestContext: { authorizer: { iam: { userArn: 'arn:aws:iam::123456789012:user/alice' } } },
  };
  const { payload } = await two.account.until(two.account.runtime.invoke(row, event));
  const { body } = payload as { readonly body: string };
  const { certificate } = JSON.parse(body) as { readonly certificate: string };
  expect(new X509Certificate(certificate).checkPrivateKey(privateKey)).toBe(true);
});

test.each(['etcd-ca', 'front-proxy-ca'])('its role does not sign as the %s', async (name) => {
  const key = [...existingKeys(two.account.world)].find(
    ({ tags }) => tags['kubestep/cluster'] === two.own && tags['kubestep/resource'] === `key/${name}`,
  );
  const role = functionSession(two.account, 'IssueKubeconfig');
  const input = {
    KeyId: key?.arn,
    Message: Buffer.alloc(32),
    MessageType: 'DIGEST',
    SigningAlgorithm: 'ECDSA_SHA_256',
  };
  expect(denied).toContain(await attempt(two.account, role, 'kms:Sign', input));
});
