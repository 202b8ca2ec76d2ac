import { machines } from '../../local/machines/simulated/machineRows.ts';
import { storedRow } from '../support/checks/lockReleased.ts';
import { clusterIdOf } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';

jest.setTimeout(180_000);

const manifest = Buffer.from('manifest=../../etc/passwd\nrollouts=\n').toString('base64');

test.each([
  ['a verb that it does not know', { Verb: ['format'] }, 'kubestep-node knows no verb format'],
  [
    'a malformed argument',
    { Verb: ['apply-addons'], Arguments: [manifest] },
    'the argument manifest is not of its form',
  ],
  ['no fence', { Verb: ['list-retained'], Fence: ['0'] }, 'a fence is needed, and this is none: 0'],
])('a master that is sent %s reports that it refuses it, so that its run does not wait', async (_, parameters, why) => {
  expect(await refusalOf([parameters])).toMatchObject({ outcome: 'failed', message: why });
});

test('a master that is sent a verb of an older run reports that another has taken over', async () => {
  const verbs = ['7', '6'].map((fence) => ({ Verb: ['list-retained'], Fence: [fence] }));
  expect(await refusalOf(verbs)).toMatchObject({
    outcome: 'failed',
    message: 'fence 6 is older than 7: another run has taken over',
  });
});

/** What a master of a cluster has reported of the last of these verbs. */
async function refusalOf(verbs: readonly Readonly<Record<string, readonly string[]>>[]): Promise<unknown> {
  const account = await anAccountWithCluster();
  const master = [...machines(account.world).rows()].find(({ apiSince }) => apiSince !== undefined);
  const instanceId = master?.instanceId ?? '';
  for (const [index, parameters] of verbs.entries()) {
    await account.until(
      account.world.machines.runCommand({
        commandId: 'command',
        instanceId,
        documentName: 'kubestep-dev-node-verbs',
        parameters: { OperationId: [`op-${index}`], Fence: ['7'], Arguments: [''], ...parameters },
        timeoutSeconds: 60,
      }),
    );
  }
  const operation = `operation#op-${verbs.length - 1}#${instanceId}`;
  return storedRow(account, `reports#${await clusterIdOf(account)}`, operation);
}
