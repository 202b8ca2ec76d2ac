import * as z from 'zod';
import { readObjectText } from '../../shared/aws/storedObjects.ts';
import { bundleKey, type MachinePlace, placeName } from '../../shared/blueprint/machinePlace.ts';
import { identify, Refused } from '../../shared/nodeApi/identity.ts';
import { jsonText, nodeRoute } from '../../shared/nodeApi/nodeRoute.ts';
import { routes } from '../../shared/operations/routes.ts';
import { readBundleRow } from '../../shared/store/bundles.ts';
import type { MachineIdentity } from '../../shared/store/machines.ts';

/** A machine of a launch template that is not the newest asks for an older bundle than the newest; both are kept. */
const bundleHead = z.object({
  machine: z.union([
    z.object({ role: z.enum(['master', 'etcd']), slot: z.string() }),
    z.object({ role: z.literal('worker'), group: z.string() }),
  ]),
});

/** GET /node/bundle?sha256=…: the bundle that the machine's user data pins, if it was made for this machine. */
export const handler = nodeRoute(z.undefined(), async ({ caller, query }) => {
  const { identity, plan } = await identify(caller, { fresh: false });
  const asked = routes.getBundle.query.sha256.parse(query.sha256);
  const pinned = asked ?? (await readBundleRow(identity.clusterId, placeName(placeOf(identity))))?.sha256;
  if (pinned === undefined) throw new Refused('no bundle was stored for it');

  const key = bundleKey(identity.clusterId, identity.role, pinned);
  const text = await readObjectText(plan.facts.deployment.bucket, key);
  if (text === undefined) throw new Refused(`there is no bundle ${key}`);
  if (placeName(bundleHead.parse(JSON.parse(text)).machine) !== placeName(placeOf(identity))) {
    throw new Refused(`${key} was made for another machine`);
  }
  const answer = jsonText(text);
  return { ...answer, headers: { ...answer.headers, 'x-kubestep-sha256': pinned, 'x-kubestep-key': key } };
});

function placeOf({ role, slotKey = '', group = '' }: MachineIdentity): MachinePlace {
  return role === 'worker' ? { role, group } : { role, slot: slotKey };
}
