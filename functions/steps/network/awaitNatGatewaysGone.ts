import { findAddresses, removeAddress } from '../../../shared/aws/addresses.ts';
import { isMember, oursAmong } from '../../../shared/aws/membership.ts';
import { findNatGateways } from '../../../shared/aws/natGateways.ts';
import { NotReady } from '../../../shared/errors.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/** Done when no NAT gateway is left; then releases their addresses. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const found = await findNatGateways(run.clusterId);
  const left = found.filter((gateway) => isMember(membership, gateway) && gateway.state !== 'deleted');
  if (left.length > 0)
    throw new NotReady(
      `Waiting for NAT gateways to be deleted: ${left.map(({ id, state }) => `${id} ${state}`).join(', ')}`,
    );

  const addresses = oursAmong(membership, 'elastic-ip', await findAddresses(run.clusterId));
  await together(addresses, ({ id }) => removeAddress(id));
  return { released: addresses.length };
});
