import type { Change } from '../../local/cloud/tables.ts';
import { nothingChanged } from '../support/checks/nothingLeaked.ts';
import { taggedResources } from '../support/checks/taggedResources.ts';
import { anAccount, type Snapshot, snapshotOf } from '../support/embeddedWorld.ts';
import { finish, startDelete } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { twoClusters } from './twoClusters.ts';

jest.setTimeout(240_000);

const dev = 'kubestep-dev-us-east-1';
const prod = 'kubestep-prod-us-east-1';

const resourceTables = /^(ec2|autoscaling|elasticLoadBalancing|iam|kms)\./;

/** As `nothingChanged` names a row. */
const nameOf = ([table, key]: Change): string => `${table} ${key}`;

/**
 * Two deployments in one account, each with a cluster of the very same id: what `other` consists of belongs to the second
 * one, under its tag, its path of roles and its aliases. The first one's store knows nothing of it but the id.
 */
async function oneIdInTwoDeployments() {
  const { account, own, other } = await twoClusters();
  const made = snapshotOf(account);
  const ownRows = new Set(snapshotOf(await anAccountWithCluster()).rows.map(nameOf));
  const rows = made.rows.map((row): Change => {
    if (ownRows.has(nameOf(row)) || !resourceTables.test(row[0])) return row;
    const text = JSON.stringify(row)
      .replaceAll(`/kubestep/${dev}/`, `/kubestep/${prod}/`)
      .replaceAll(`alias/kubestep/${prod}/${other}/`, `alias/kubestep/${prod}/${own}/`)
      .replaceAll(`"${dev}"`, `"${prod}"`)
      .replaceAll(`"${other}"`, `"${own}"`);
    return JSON.parse(text) as Change;
  });
  const both: Snapshot = { ...made, rows };
  const isOfProd = new Set(rows.map(nameOf).filter((name) => !ownRows.has(name)));
  return { account: await anAccount({ from: both }), own, isOfProd };
}

test('a deployment deletes its own cluster, and nothing of another deployment’s cluster of the same id', async () => {
  const { account, own, isOfProd } = await oneIdInTwoDeployments();
  const before = snapshotOf(account);
  const doubled = taggedResources(account, own);
  expect(doubled.filter((resource) => resource === 'vpc/main')).toHaveLength(2);

  const { execution, failures } = await finish(account, await startDelete(account), 0);
  expect({ status: execution.status, failures }).toEqual({ status: 'SUCCEEDED', failures: [] });
  await account.clock.advance({ hours: 3 });

  const changed = nothingChanged(before, snapshotOf(account)).filter((name) => isOfProd.has(name));
  expect(changed).toEqual([]);
  // All that is left under the id is the other deployment's, each thing once; keys wait for their deletion for a week.
  const left = taggedResources(account, own).filter((resource) => !resource.startsWith('key/'));
  expect(left).toEqual([...new Set(left)]);
  expect(left).toContain('vpc/main');
});
