import { policyUseRecorder, unusedStatements } from '../../../local/cloud/iam/policyUse.ts';
import { aKeyPair, aSigningRequest } from '../../support/authorities.ts';
import { nodeApiWorld } from './nodeApiWorld.ts';

test('the Node API and the authorities have no permission that they never use', async () => {
  const recorder = policyUseRecorder();
  const node = await nodeApiWorld();
  const instanceIds = [node.master.instanceId];
  await node.wait({ phase: 'etcd-serving', instanceIds });
  await node.wait({ phase: 'control-plane-serving', instanceIds }, { state: 'StartMasters' });
  const group = { group: 'general', groupName: 'demo-x7k2p-general', templateVersion: '1', count: 1 };
  await node.wait({ phase: 'node-ready', ...group }, { state: 'RollNodes' });

  // Whatever a machine asks first, that function establishes who it is: here each of the three.
  await node.request(node.worker, 'postReport', { body: { phase: 'bundle-fetched', outcome: 'done' } });
  const csr = aSigningRequest(aKeyPair().privateKey);
  for (const machine of [node.master, node.worker]) {
    await node.request(machine, 'getBundle');
    await node.request(machine, 'postCertificates', { body: { requests: [{ profile: 'kube-proxy', csr }] } });
  }
  await node.request(node.master, 'getEtcd');
  await node.request(node.master, 'postReport', { body: { phase: 'etcd-serving', outcome: 'done' } });
  await node.request(node.master, 'postReport', {
    body: { phase: 'control-plane-serving', outcome: 'failed', message: 'no' },
  });
  await node.request(node.worker, 'postReport', { body: { phase: 'node-ready', outcome: 'done' } });
  await node.request(node.master, 'postReport', {
    body: { operationId: 'op-1', outcome: 'done', result: { nodes: 3 } },
  });
  recorder.stop();

  expect(node.tokens.map(({ outcome }) => outcome).sort()).toEqual(['failure', 'success', 'success']);
  // Only a lost answer makes CreateKeys look for keys that it may have made.
  const afterLostAnswers = ['FindKeys', 'LookAtKeys', 'RemoveDoubles'];
  const unused = unusedStatements(node.aws.world, recorder.used).filter((key) => key.includes(':role/kubestep-test-'));
  expect(unused.filter((key) => !afterLostAnswers.some((statement) => key.endsWith(` ${statement}`)))).toEqual([]);

  const actionsOf = (role: string) =>
    new Set([...recorder.used].filter(([key]) => key.includes(`-${role}Role-`)).flatMap(([, actions]) => [...actions]));
  expect([...actionsOf('PostReport')].sort()).toEqual([
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeAutoScalingInstances',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'ec2:DescribeInstances',
    'iam:GetRole',
    'states:SendTaskFailure',
    'states:SendTaskSuccess',
  ]);
});
