import { ensureServiceLinkedRole } from '../../../shared/aws/serviceLinkedRoles.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';

/** Services that act for a cluster in the account; a new account has none of their roles. */
const services = ['elasticloadbalancing.amazonaws.com', 'autoscaling.amazonaws.com', 'spot.amazonaws.com'];

/** Ensures the roles of AWS services, which key policies name and which the account keeps when clusters go. */
export const handler = stepWithoutPlan(async () => {
  for (const service of services) await ensureServiceLinkedRole(service);
  return { roles: services.length };
});
