import { administratorOf } from '../../local/deployment/administrator.ts';
import type { Audit } from '../../shared/operations/listAudit.ts';
import type { PlannedDeletion } from '../../shared/operations/planDeletion.ts';
import type { RecordedEntry } from '../../shared/store/audit.ts';
import { callLog } from '../support/callLog.ts';
import { anAccount, type TestAccount } from '../support/embeddedWorld.ts';
import { plantClaimVolume, plantKubernetesResources } from '../support/plants.ts';
import { clusterIdOf, finish, startCreate, startDelete } from '../support/runs.ts';

jest.setTimeout(120_000); // whole clusters, on machines that may be busy

const log = callLog();
let account: TestAccount;
let clusterId: string;
let planned: PlannedDeletion;
let audit: readonly RecordedEntry[];
let kept: string;

const call = (service: string, operation: string, input: object) =>
  account.until(
    account.cloud.call({ principal: administratorOf(account.world), service, operation, input: { ...input } }),
  );

const changes = /^(Create|Delete|Put|Update|Run|Terminate|Modify|Attach|Schedule|Transact|Start|Stop|Tag)/;

beforeAll(async () => {
  account = await anAccount({ observers: [log.observer] });
  await finish(account, await startCreate(account), 0);
  clusterId = await clusterIdOf(account, 'demo');
  await plantKubernetesResources(account, clusterId);
  kept = await plantClaimVolume(account, clusterId, 'Retain');
  await account.clock.advance({ minutes: 5 });
  log.clear();
  planned = (await account.ask('GET', '/clusters/demo/deletion')).body as PlannedDeletion;
});

test('what a deletion would do is looked up without a change, and without a refusal by IAM', () => {
  expect(log.refusals).toEqual([]);
  expect(log.calls.map(({ operation }) => operation).filter((operation) => changes.test(operation))).toEqual([]);
  expect(planned.cluster).toMatchObject({ name: 'demo', clusterId });
  expect(planned.leavesAlone).toEqual([]);
});

test('the deletion takes and leaves what the plan said, with the dates of its keys on record', async () => {
  const keys = planned.takes.filter(({ kind }) => kind === 'key').map(({ id }) => id);
  expect(planned.volumesOfClaims.asked).toContain(kept);
  expect(planned.ofKubernetes.loadBalancers.length).toBeGreaterThan(0);

  const { execution } = await finish(account, await startDelete(account, 'demo', 'delete-demo'), 0);
  expect(execution.status).toBe('SUCCEEDED');
  audit = ((await account.ask('GET', '/clusters/demo/audit')).body as Audit).entries;
  const of = (action: RecordedEntry['action']) => audit.filter((entry) => entry.action === action);

  const volumes = of('volumes-kept').flatMap(({ detail }) => String(detail.volumes).split(' '));
  expect(volumes).toContain(kept);
  const listed = [...planned.volumesOfClaims.asked, ...planned.volumesOfClaims.kept];
  expect(volumes.filter((id) => !listed.includes(id))).toEqual([]);
  const stays = of('key-kept').map(({ detail }) => detail.keyId);
  expect(stays).toHaveLength(1);
  const goes = of('key-deletion-scheduled');
  expect([...goes.map(({ detail }) => detail.keyId), ...stays].sort()).toEqual(keys.sort());
  for (const { detail } of goes) {
    const { KeyMetadata } = (await call('kms', 'DescribeKey', { KeyId: detail.keyId })) as {
      KeyMetadata: { DeletionDate: Date };
    };
    expect(Math.abs(KeyMetadata.DeletionDate.getTime() - Date.parse(String(detail.date)))).toBeLessThan(60_000);
  }
});

describe('the audit over HTTP', () => {
  test('is in order, and begins with the caller that requested the cluster', () => {
    expect(audit[0]).toMatchObject({ action: 'run-requested', by: expect.stringMatching(/^arn:aws:iam/) });
    expect(audit.map(({ at }) => at)).toEqual(audit.map(({ at }) => at).sort());
    expect(audit.at(-1)).toMatchObject({ action: 'cluster-deleted', detail: { clusterId } });
  });

  test('lists what machines renew only where it is asked for', async () => {
    const ofMachines = ({ action }: RecordedEntry) => action === 'certificate-issued';
    expect(audit.filter(ofMachines)).toEqual([]);
    const { body } = await account.ask('GET', '/clusters/demo/audit', undefined, { action: 'certificate-issued' });
    expect((body as Audit).entries.length).toBeGreaterThan(0);
    expect((body as Audit).entries.every(ofMachines)).toBe(true);
  });

  test('of an action that there is not, or of a name that never was, is refused by name', async () => {
    const unknown = await account.ask('GET', '/clusters/demo/audit', undefined, { action: 'bought-milk' });
    expect(unknown).toMatchObject({ status: 400, body: { message: expect.stringContaining('volumes-kept') } });
    expect(await account.ask('GET', '/clusters/never/audit')).toMatchObject({ status: 404 });
  });
});
