import { callAws } from '../support/plants.ts';
import { clusterIdOf } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { attempt, denied, functionSession } from './attackers.ts';

jest.setTimeout(120_000);

const ofDriver = { 'ebs.csi.aws.com/cluster': 'true' };
const ofDeployment = { 'kubestep.io/deployment': 'kubestep-dev-us-east-1' };

async function aVolume(account: Parameters<typeof callAws>[0], tags: Readonly<Record<string, string>>) {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { VolumeId } = await callAws<{ VolumeId: string }>(account, 'ec2:CreateVolume', {
    AvailabilityZone: 'us-east-1a',
    Size: 10,
    VolumeType: 'gp3',
    TagSpecifications: [{ ResourceType: 'volume', Tags }],
  });
  await account.clock.advance({ minutes: 1 });
  return VolumeId;
}

describe('the function that deletes what Kubernetes has left', () => {
  test('may delete a volume that the volume driver of a cluster here has made', async () => {
    const account = await anAccountWithCluster();
    const owned = { [`kubernetes.io/cluster/${await clusterIdOf(account)}`]: 'owned' };
    const VolumeId = await aVolume(account, { ...owned, ...ofDriver, ...ofDeployment });
    const session = functionSession(account, 'DeleteKubernetesLeftovers');
    expect(await attempt(account, session, 'ec2:DeleteVolume', { VolumeId })).toBe('allowed');
  });

  test.each<[string, Record<string, string>]>([
    ['of a CSI driver in another cluster of the account', { 'kubernetes.io/cluster/billing': 'owned', ...ofDriver }],
    ['of another deployment', { ...ofDriver, 'kubestep.io/deployment': 'kubestep-prod-us-east-1' }],
    ['that no CSI driver made', ofDeployment],
    ['that is to be kept', { ...ofDriver, ...ofDeployment, 'kubestep/keep': 'Retain' }],
    ['of a slot', { 'kubestep/deployment': 'kubestep-dev-us-east-1', 'kubestep/resource': 'volume/master-0' }],
  ])('deletes none %s', async (_, tags) => {
    const account = await anAccountWithCluster();
    const VolumeId = await aVolume(account, tags);
    const session = functionSession(account, 'DeleteKubernetesLeftovers');
    expect(denied).toContain(await attempt(account, session, 'ec2:DeleteVolume', { VolumeId }));
  });

  test('tags none of another driver to be kept either', async () => {
    const account = await anAccountWithCluster();
    const session = functionSession(account, 'TagRetainedVolumes');
    const keep = [{ Key: 'kubestep/keep', Value: 'Retain' }];
    const tagging = async (tags: Record<string, string>) =>
      attempt(account, session, 'ec2:CreateTags', { Resources: [await aVolume(account, tags)], Tags: keep });
    expect(denied).toContain(await tagging(ofDriver));
    expect(await tagging({ ...ofDriver, ...ofDeployment })).toBe('allowed');
  });
});
