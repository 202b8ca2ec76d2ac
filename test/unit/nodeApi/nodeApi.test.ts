import { createHash, X509Certificate } from 'node:crypto';
import { profiles } from '../../../shared/pki/profiles.ts';
import { readAudit } from '../../../shared/store/audit.ts';
import { listAuthorities } from '../../../shared/store/authorities.ts';
import { recordMemberServed } from '../../../shared/store/etcd.ts';
import { readSlot, writeSlot } from '../../../shared/store/machines.ts';
import { countDone, listPhaseReports } from '../../../shared/store/reports.ts';
import { aKeyPair, aSigningRequest } from '../../support/authorities.ts';
import { openssl } from '../../support/openssl.ts';
import { type Machine, machineRole, type NodeApiWorld, nodeApiWorld } from './nodeApiWorld.ts';

let node: NodeApiWorld;
let quiet: jest.SpyInstance;
beforeEach(async () => {
  quiet = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  node = await nodeApiWorld();
});
afterEach(() => quiet.mockRestore());

const requestsFor = (...names: readonly string[]) => ({
  requests: names.map((profile) => ({ profile, csr: aSigningRequest(aKeyPair().privateKey) })),
});

const certificates = (machine: Machine, body: unknown) => node.request(machine, 'postCertificates', { body });

const signatures = () => node.calls().filter((call) => call === 'kms:Sign').length;

describe('a bundle', () => {
  test('is answered byte for byte to the machine that it was made for', async () => {
    for (const [machine, row] of [
      [node.master, 'master-0'],
      [node.worker, 'group/general'],
    ] as const) {
      const sha256 = node.bundles[row] ?? '';
      const { statusCode, body } = await node.request(machine, 'getBundle', { query: { sha256 } });
      expect(statusCode).toBe(200);
      expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
    }
  });

  test('of another machine is refused, also of the same role', async () => {
    const ask = async (machine: Machine, row: string) =>
      (await node.request(machine, 'getBundle', { query: { sha256: node.bundles[row] ?? '' } })).statusCode;
    expect(await ask(node.master, 'master-1')).toBe(403);
    expect(await ask(node.worker, 'master-0')).toBe(403);
    expect(await ask(node.master, 'group/general')).toBe(403);
  });

  test.each(['../../other/bundles/master/x', 'ab', ''])('named "%s" is a bad request', async (sha256) => {
    expect((await node.request(node.master, 'getBundle', { query: { sha256 } })).statusCode).toBe(400);
  });
});

describe('certificates', () => {
  test('say what we know of the machine and nothing of what it asked for', async () => {
    const { body } = await certificates(node.worker, requestsFor('kubelet-client', 'kubelet-server'));
    const [client, server] = issued(body);
    expect(client?.subject).toBe(`O=system:nodes\nCN=system:node:${node.worker.instanceId}`);
    expect(client?.subjectAltName).toBeUndefined();
    expect(server?.subjectAltName).toContain(`DNS:${node.worker.instanceId}`);
    expect(lifetimeDays(client)).toBeCloseTo(7, 1);
  });

  test('of a master are valid under the CA of each, for every address that it is reached by', async () => {
    const { statusCode, body } = await certificates(
      node.master,
      requestsFor('kube-apiserver', 'etcd-peer', 'front-proxy-client'),
    );
    expect(statusCode).toBe(200);
    const [server, peer, proxy] = issued(body);
    expect(server?.subjectAltName).toBe(
      'DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local, ' +
        'DNS:localhost, DNS:demo-api.elb.us-east-1.amazonaws.com, IP Address:100.64.0.1, IP Address:10.0.0.10, IP Address:127.0.0.1',
    );
    expect(lifetimeDays(server)).toBeCloseTo(30, 1);
    const authorities = await node.as(() => listAuthorities('demo-x7k2p'));
    for (const [leaf, name] of [
      [server, 'kubernetes-ca'],
      [peer, 'etcd-ca'],
      [proxy, 'front-proxy-ca'],
    ] as const) {
      const ca = authorities.find((row) => row.name === name)?.pem ?? '';
      const files = { 'ca.pem': ca, 'leaf.pem': leaf?.toString() ?? '' };
      const at = ['-attime', String(Math.floor(node.aws.world.clock.now() / 1000))];
      expect(openssl(['verify', '-x509_strict', ...at, '-CAfile', 'ca.pem', 'leaf.pem'], files)).toContain('OK');
    }
  });

  test.each(Object.keys(profiles).filter((name) => !['kubelet-client', 'kubelet-server', 'kube-proxy'].includes(name)))(
    'for %s are refused to a worker, and nothing is signed',
    async (profile) => {
      node.calls();
      expect((await certificates(node.worker, requestsFor('kubelet-client', profile))).statusCode).toBe(403);
      expect(signatures()).toBe(0);
    },
  );

  test('for a second key of one machine are refused and raise an alarm', async () => {
    const own = requestsFor('kubelet-client');
    expect((await certificates(node.worker, own)).statusCode).toBe(200);
    expect((await certificates(node.worker, own)).statusCode).toBe(200); // a lost answer
    node.calls();
    // Each with a new key: one alarm a day, so that the audit cannot be filled.
    for (let request = 0; request < 3; request += 1)
      expect((await certificates(node.worker, requestsFor('kubelet-client'))).statusCode).toBe(403);
    expect(signatures()).toBe(0);
    const alarms = (await node.as(() => readAudit('demo'))).filter(({ action }) => action === 'second-key-requested');
    expect(alarms.map(({ detail }) => detail.instanceId)).toEqual([node.worker.instanceId]);
  });

  test('are not given for a request that somebody else signed', async () => {
    const csr = aSigningRequest(aKeyPair().privateKey, aKeyPair().publicKey);
    expect((await certificates(node.worker, { requests: [{ profile: 'kubelet-client', csr }] })).statusCode).toBe(400);
  });

  test.each([
    ['no JSON', 'requests'],
    ['no request', { requests: [] }],
    ['too many requests', requestsFor(...Array.from({ length: 21 }, () => 'kubelet-client'))],
    ['a field too many', { requests: [], names: ['system:masters'] }],
    ['a very long body', 'x'.repeat(100_000)],
  ])('are a bad request with %s', async (_, body) => {
    expect((await certificates(node.worker, body)).statusCode).toBe(400);
  });
});

describe('nothing is given or signed for', () => {
  const nothingFor = async (machine: Machine) => {
    node.calls();
    for (const route of ['getBundle', 'postPodRange', 'postReport', 'postCertificates'] as const) {
      const body = route === 'postReport' ? { phase: 'node-ready', outcome: 'done' } : requestsFor('kubelet-client');
      const content = route === 'getBundle' || route === 'postPodRange' ? {} : { body };
      expect(await node.request(machine, route, content)).toMatchObject({
        statusCode: 403,
        body: '{"message":"Forbidden"}',
      });
    }
    expect(signatures()).toBe(0);
  };

  test('an instance with a master’s role that is in no slot, whatever its tags say', async () => {
    const stray = await node.launch('master');
    const Tags = [
      { Key: 'kubestep/cluster', Value: 'demo-x7k2p' },
      { Key: 'kubestep/resource', Value: 'instance/master-0' },
    ];
    await node.aws.call('CreateTags', { Resources: [stray.instanceId], Tags });
    await nothingFor(stray);
  });

  test('an instance with a worker’s role that is in no group', async () => {
    await nothingFor(await node.launch('worker'));
  });

  test('a group’s instance that claims a master’s role', async () => {
    const { session } = node.master;
    await nothingFor({ instanceId: node.worker.instanceId, session });
  });

  test('a role of the same name that was made again', async () => {
    const roleId = `AROA${'X'.repeat(17)}`;
    await nothingFor({ instanceId: node.worker.instanceId, session: { ...node.worker.session, roleId } });
  });

  test('an instance of a role that leads to no cluster', async () => {
    const roleName = 'other-x7k2p-us-east-1-worker';
    await machineRole(node.aws, roleName);
    await nothingFor(await node.launch('worker', { roleName }));
  });

  test('a master that another has replaced in its slot', async () => {
    await node.request(node.master, 'getBundle', {});
    const next = await node.launch('master');
    await node.as(() =>
      writeSlot('demo-x7k2p', {
        slotKey: 'master-0',
        attempt: 1,
        instanceId: next.instanceId,
        planHash: node.planHash,
      }),
    );
    await nothingFor(node.master);
  });

  test('a machine whose role somebody else may assume, too: a session’s name proves nothing then', async () => {
    const roleName = 'demo-x7k2p-us-east-1-worker';
    for (const other of [{ Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'] }, { AWS: '*' }]) {
      const statement = (Principal: object) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal });
      const Statement = [statement({ Service: 'ec2.amazonaws.com' }), statement(other)];
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await node.aws.call('iam:UpdateAssumeRolePolicy', { RoleName: roleName, PolicyDocument });
      await node.aws.world.clock.advance({ minutes: 1 });
      await nothingFor(node.worker);
    }
  });

  test('anything of a terminated instance some minutes later, though it was known and no event said so', async () => {
    const report = { body: { phase: 'bundle-fetched', outcome: 'done' } };
    for (const machine of [node.worker, node.master]) {
      expect((await node.request(machine, 'postReport', report)).statusCode).toBe(200);
      await node.aws.call('TerminateInstances', { InstanceIds: [machine.instanceId] });
    }
    await node.aws.world.clock.advance({ minutes: 11 });
    for (const machine of [node.worker, node.master]) {
      expect((await node.request(machine, 'getBundle')).statusCode).toBe(403);
      expect((await node.request(machine, 'postReport', report)).statusCode).toBe(403);
      expect((await node.request(machine, 'postPodRange')).statusCode).toBe(403);
    }
  });

  test('certificates of a terminated instance, though its credentials live on', async () => {
    await node.request(node.worker, 'getBundle', {});
    await node.aws.call('TerminateInstances', { InstanceIds: [node.worker.instanceId] });
    await node.aws.world.clock.advance({ minutes: 2 });
    node.calls();
    expect((await certificates(node.worker, requestsFor('kubelet-client'))).statusCode).toBe(403);
    expect(signatures()).toBe(0);
  });

  test.each([
    ['a person', 'arn:aws:iam::123456789012:user/administrator', 'AIDAEXAMPLEEXAMPLE'],
    [
      'a session that is not named after an instance',
      'arn:aws:sts::123456789012:assumed-role/demo-x7k2p-us-east-1-worker/me',
      'AROAEXAMPLEEXAMPLE:me',
    ],
    [
      'another account',
      'arn:aws:sts::999999999999:assumed-role/demo-x7k2p-us-east-1-worker/i-0123456789abcdef0',
      'AROAEXAMPLEEXAMPLE:i-0123456789abcdef0',
    ],
    [
      'two instances at once',
      'arn:aws:sts::123456789012:assumed-role/demo-x7k2p-us-east-1-worker/i-0123456789abcdef0',
      'AROAEXAMPLEEXAMPLE:i-0123456789abcdef1',
    ],
  ])('%s, and AWS is asked nothing', async (_, userArn, callerId) => {
    await node.request(node.worker, 'getBundle', {}); // the function's role is there from now on
    node.calls();
    expect((await node.requestAs({ userArn, callerId }, 'getBundle')).statusCode).toBe(403);
    expect(node.calls().filter((call) => !call.startsWith('iam:ListRolePolicies'))).toEqual([]);
  });
});

test('a node that is known, of a cluster whose pods are not routed, gets no range, and AWS is asked nothing about it', async () => {
  await node.request(node.worker, 'getBundle', {});
  node.calls();
  expect((await node.request(node.worker, 'postPodRange')).statusCode).toBe(403);
  expect((await node.request(node.worker, 'postPodRange', { body: { podRange: '10.0.0.0/24' } })).statusCode).toBe(400);
  expect(node.calls().filter((call) => /^(ec2|autoscaling):|Transact/.test(call))).toEqual([]);
});

describe('an instance that floods', () => {
  test('is turned away before AWS is asked anything, and others are not', async () => {
    const ask = (machine: Machine) => node.request(machine, 'getBundle', { query: { sha256: 'a'.repeat(64) } });
    const statuses: number[] = [];
    for (let count = 0; count < 60; count += 1) statuses.push((await ask(node.worker)).statusCode);
    expect(statuses.at(-1)).toBe(429);
    node.calls();
    await ask(node.worker);
    expect(node.calls().filter((call) => !call.startsWith('iam:ListRolePolicies'))).toEqual([]);
    expect((await ask(node.master)).statusCode).not.toBe(429);
    await node.aws.world.clock.advance({ minutes: 2 });
    expect((await ask(node.worker)).statusCode).not.toBe(429);
  });
});

test('who calls in the name of an instance under another role takes nothing from the instance’s budget', async () => {
  const { instanceId } = node.worker;
  const stranger = {
    userArn: `arn:aws:sts::123456789012:assumed-role/somebody/${instanceId}`,
    callerId: `AROA${'Z'.repeat(17)}:${instanceId}`,
  };
  const statuses: number[] = [];
  for (let count = 0; count < 40; count += 1) statuses.push((await node.requestAs(stranger, 'getBundle')).statusCode);
  expect([statuses[0], statuses.at(-1)]).toEqual([403, 429]);
  expect((await node.request(node.worker, 'getBundle')).statusCode).toBe(200);
});

describe('an etcd member with an empty disk', () => {
  const start = async (machine = node.master) => JSON.parse((await node.request(machine, 'getEtcd')).body).start;

  test('forms the first quorum, once in the cluster’s life', async () => {
    expect(await start()).toBe('new');
    await node.request(node.master, 'postReport', { body: { phase: 'etcd-serving', outcome: 'done' } });
    expect(await start()).toBe('refuse');
  });

  test('never forms another quorum once any member has served, though nobody waits yet: it joins', async () => {
    await node.as(() => recordMemberServed('demo-x7k2p', 'master-1'));
    expect(await start()).toBe('existing');
  });

  test('is refused when it has served itself, though others have not served yet', async () => {
    await node.as(() => recordMemberServed('demo-x7k2p', 'master-0'));
    expect(await start()).toBe('refuse');
  });

  test.each(['existing', 'learner'] as const)(
    'joins as %s when its slot was made a member again',
    async (etcdStart) => {
      const row = await node.as(() => readSlot('demo-x7k2p', 'master-0'));
      await node.as(() => writeSlot('demo-x7k2p', { ...row, etcdStart }));
      expect(await start()).toBe('new');
      await node.as(() => recordMemberServed('demo-x7k2p', 'master-0'));
      expect(await start()).toBe(etcdStart);
    },
  );

  test('is a slot’s machine: one that another has replaced is refused', async () => {
    const row = await node.as(() => readSlot('demo-x7k2p', 'master-0'));
    await node.as(() => writeSlot('demo-x7k2p', { ...row, instanceId: 'i-00000000000000000' }));
    expect((await node.request(node.master, 'getEtcd')).statusCode).toBe(403);
  });
});

describe('a report', () => {
  const say = (machine: Machine, body: object) => node.request(machine, 'postReport', { body });

  test('asks EC2 at first contact only', async () => {
    await say(node.worker, { phase: 'bundle-fetched', outcome: 'done' });
    node.calls();
    await say(node.worker, { phase: 'node-ready', outcome: 'done' });
    expect(node.calls().filter((call) => /^(ec2|autoscaling):/.test(call))).toEqual([]);
  });

  test('counts a worker once for its group and template version', async () => {
    for (let repeat = 0; repeat < 3; repeat += 1) await say(node.worker, { phase: 'node-ready', outcome: 'done' });
    expect(await node.as(() => countDone('demo-x7k2p', 'node-ready', 'general', '1'))).toBe(1);
  });

  test('completes what waits for it, and nothing else', async () => {
    const instanceIds = [node.master.instanceId];
    await node.wait({ phase: 'etcd-serving', instanceIds }, { state: 'LaunchEtcd', taskToken: 'etcd-token' });
    await node.wait(
      { phase: 'control-plane-serving', instanceIds },
      { state: 'StartMasters', taskToken: 'master-token' },
    );
    await say(node.master, { phase: 'etcd-serving', outcome: 'done' });
    expect(node.tokens).toEqual([{ taskToken: 'etcd-token', outcome: 'success' }]);
  });

  test('of an operation completes it only for the machine that was asked', async () => {
    const operationId = 'validate-1';
    const { instanceId } = node.master;
    await node.wait({ operationId, instanceId }, { state: 'ValidateCluster', taskToken: 'own' });
    await node.wait({ operationId, instanceId: 'i-00000000000000000' }, { state: 'ApplyAddons', taskToken: 'other' });
    await say(node.master, { operationId, outcome: 'done' });
    expect(node.tokens).toEqual([{ taskToken: 'own', outcome: 'success' }]);
  });

  test('of a worker that speaks as a master is refused', async () => {
    expect((await say(node.worker, { phase: 'etcd-serving', outcome: 'done' })).statusCode).toBe(403);
    expect((await say(node.worker, { operationId: 'validate-1', outcome: 'done' })).statusCode).toBe(403);
    const asMaster = { phase: 'etcd-serving', outcome: 'done', instanceId: node.master.instanceId };
    expect((await say(node.worker, asMaster)).statusCode).toBe(400);
  });

  test('is kept as plain text on one line, whatever it says', async () => {
    const message = `\u001b[31mred\u001b[0m\nnew line\u202eright to left ${'x'.repeat(5000)}`;
    await say(node.worker, { phase: 'node-ready', outcome: 'failed', message });
    const [report] = await node.as(() => listPhaseReports('demo-x7k2p'));
    expect(report?.message).toMatch(/^\[31mred \[0m new line right to left x+\.\.\.$/);
    expect(report?.message?.length).toBeLessThanOrEqual(1000);
  });
});

interface Issued {
  readonly certificates: readonly { readonly certificate: string }[];
}

const issued = (body: string) =>
  (JSON.parse(body) as Issued).certificates.map(({ certificate }) => new X509Certificate(certificate));

const lifetimeDays = (certificate: X509Certificate | undefined) =>
  (Date.parse(certificate?.validTo ?? '') - Date.parse(certificate?.validFrom ?? '')) / 86_400_000;
