import { makeOperatorKey } from '../../cli/kubeconfig/operatorKey.ts';
import { existingKeys } from '../../local/cloud/kms/keys.ts';
import { functions } from '../../local/cloud/lambda/functions.ts';
import { tableOf } from '../../local/cloud/world.ts';
import { stages } from '../../local/deployment/httpApi.ts';
import { packageTemplate } from '../../local/deployment/packageTemplate.ts';
import type { Physical, Template } from '../../local/deployment/template.ts';
import { deployStack } from '../../local/world/deployStack.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf, finish, startDelete } from '../support/runs.ts';
import { stackRoleOf } from '../support/stackRoles.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { attempt, functionSession, machineSession, theRole } from './attackers.ts';

jest.setTimeout(240_000);

const deployed = tableOf<Physical>('deployment.resources');

/**
 * What is left of a stack that somebody removed from under its cluster, with the protection lifted: what its template
 * retains, and the boundary, which IAM does not delete while machines' roles have it.
 */
async function removeStack(account: TestAccount, template: Template): Promise<void> {
  const { world } = account;
  for (const [logicalId, { Type, DeletionPolicy }] of Object.entries(template.Resources)) {
    const physical = deployed(world).get(logicalId);
    if (!physical || DeletionPolicy !== undefined || Type === 'AWS::IAM::ManagedPolicy') continue;
    if (Type === 'AWS::IAM::Role') await deleteRole(account, physical.ref);
    else if (Type === 'AWS::Lambda::Function') functions(world).delete(physical.ref);
    else if (Type === 'AWS::ApiGatewayV2::Stage') unpublish(account);
    else continue;
    deployed(world).delete(logicalId);
  }
  await account.clock.advance({ minutes: 1 });
}

function unpublish({ world }: TestAccount): void {
  for (const [apiId] of [...stages(world).entries()]) stages(world).delete(apiId);
}

async function deleteRole(account: TestAccount, RoleName: string): Promise<void> {
  const { PolicyNames } = await callAws<{ PolicyNames: string[] }>(account, 'iam:ListRolePolicies', { RoleName });
  for (const PolicyName of PolicyNames) await callAws(account, 'iam:DeleteRolePolicy', { RoleName, PolicyName });
  await callAws(account, 'iam:DeleteRole', { RoleName });
}

test('a stack that is removed from under a cluster and deployed again signs for it, is found by its machines and deletes it', async () => {
  const account = await anAccountWithCluster();
  const clusterId = await clusterIdOf(account);
  const template = await packageTemplate(process.cwd());
  const signer = theRole(account, /-PostCertificatesRole$/);
  const { body } = await account.ask('GET', '/clusters/demo/nodes');
  const worker = body.nodes.find(({ role }: { role: string }) => role === 'worker').instanceId;
  const { signingRequest } = makeOperatorKey();
  const asWorker = machineSession(account, new RegExp(`^${clusterId}-.*-worker$`), worker);
  const bundle = async () =>
    (await account.until(account.request({ principal: asWorker, method: 'GET', path: '/node/bundle' }))).status;
  const key = [...existingKeys(account.world)].find(({ tags }) => tags['kubestep/resource'] === 'key/kubernetes-ca');
  const sign = { KeyId: key?.arn, Message: Buffer.alloc(32), MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' };

  await removeStack(account, template);
  // The API is kept with its routes, and is published no more.
  expect(await bundle()).toBe(404);

  await account.until(deployStack(account, template));
  const again = theRole(account, /-PostCertificatesRole$/);
  expect([again.arn, again.roleId === signer.roleId]).toEqual([signer.arn, false]);
  expect(await bundle()).toBe(200);
  expect(await attempt(account, functionSession(account, 'PostCertificates'), 'kms:Sign', sign)).toBe('allowed');
  expect((await account.ask('POST', '/clusters/demo/kubeconfig/viewers', signingRequest)).status).toBe(200);

  const { execution } = await finish(account, await startDelete(account), 0);
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  expect(stackRoleOf(again.roleName)).toBe('PostCertificatesRole');
});
