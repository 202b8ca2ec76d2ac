import type { CallObserver } from '../../local/cloud/cloud.ts';
import { AwsError } from '../../local/cloud/errors.ts';
import { nothingLeaked } from '../support/checks/nothingLeaked.ts';
import { snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { plantKubernetesResources } from '../support/plants.ts';
import { clusterIdOf, finish, startDelete } from '../support/runs.ts';
import { anAccountWithCluster, emptySnapshot } from '../support/standingCluster.ts';

jest.setTimeout(180_000);

/** What something else still holds, in the words of each service. */
const held: Readonly<Record<string, string>> = {
  DeleteAutoScalingGroup: 'ScalingActivityInProgress',
  DeleteLoadBalancer: 'ResourceInUse',
  DeleteSecurityGroup: 'DependencyViolation',
  DeleteNetworkInterface: 'InvalidNetworkInterface.InUse',
  DeleteVolume: 'VolumeInUse',
  DeleteSubnet: 'DependencyViolation',
  DeleteVpc: 'DependencyViolation',
  DeleteRole: 'DeleteConflict',
};

/** Kubernetes' volume that is to be kept, with its tags and the key that it is encrypted with. */
const keptVolume = ['ec2.volumes', 'ec2.tags', 'kms.keys', 'kms.aliases'];

const heldMinutes = 5;

/** Each of these deletions is refused from its first call on, for minutes. */
function holding(live: { account?: TestAccount }): CallObserver & { readonly refused: ReadonlySet<string> } {
  const firstCalls = new Map<string, number>();
  const refused = new Set<string>();
  return {
    refused,
    before({ operation, principal }) {
      const code = held[operation];
      if (code === undefined || principal.kind !== 'role' || live.account === undefined) return;
      const now = live.account.clock.now();
      const first = firstCalls.get(operation) ?? now;
      firstCalls.set(operation, first);
      if (now - first >= heldMinutes * 60_000) return;
      refused.add(operation);
      throw new AwsError(code, 'Something else still uses it');
    },
  };
}

test('a deletion waits by itself for minutes wherever something is still in use, and leaves only what is to be kept', async () => {
  const live: { account?: TestAccount } = {};
  const fault = holding(live);
  const account = await anAccountWithCluster({ observers: [fault] });
  live.account = account;
  await plantKubernetesResources(account, await clusterIdOf(account));
  const { execution, failures } = await finish(account, await startDelete(account), 0);
  expect(failures).toEqual([]);
  expect(execution.status).toBe('SUCCEEDED');
  expect([...fault.refused].sort()).toEqual(Object.keys(held).sort());
  await account.clock.advance({ hours: 3 });
  const left = nothingLeaked(await emptySnapshot(), snapshotOf(account)).map((row) => row.split(' ')[0]);
  expect(left).toEqual(keptVolume);
});
