import { vpcs } from '../../cloud/ec2/vpcs.ts';
import type { HealthCheck } from '../../cloud/machinePort.ts';
import type { Change } from '../../cloud/tables.ts';
import type { World } from '../../cloud/world.ts';
import type { TargetHealthChange } from './gateway/gatewayConfiguration.ts';
import { applyNetwork, namespacesOf, removeNetwork, renewMachineNetwork } from './network/applyNetwork.ts';
import { routerNamespace } from './network/networkNames.ts';
import type { NetworkPlan } from './network/networkPlan.ts';
import { planNetwork } from './network/planNetwork.ts';
import type { GatewayListeners, VpcGateway } from './vpcGateway.ts';

export interface NetworkKeeperOptions {
  readonly world: () => World;
  readonly worldId: string;
  /** Opens the gateway of a VPC whose namespace is there. */
  readonly openGateway: (plan: NetworkPlan, listeners: GatewayListeners) => Promise<VpcGateway>;
  readonly failed: (what: string, error: unknown) => void;
}

/** Keeps the namespaces of this host as the model's VPCs are. */
export interface NetworkKeeper {
  /** Begins, once the world is there; what was applied before stays. */
  begin(): Promise<void>;
  /** Called with every row that changed. */
  changed(changes: readonly Change[]): void;
  /** Resolves when the host is as the model's rows are now. */
  applied(): Promise<void>;
  /** Gives a machine that does not run the network of a fresh boot: nothing of what its pods had is left. */
  renew(vpcId: string, instanceId: string): Promise<void>;
  servingSince(check: HealthCheck): number | undefined;
  /** Ends the gateways; machines and namespaces stay. */
  close(): Promise<void>;
}

/** Many rows change together: one look at all of them is enough. */
const settleMilliseconds = 20;
/** A host that refused is asked again. */
const retryMilliseconds = 2_000;
const lookMilliseconds = 1_000;

export function createNetworkKeeper(options: NetworkKeeperOptions): NetworkKeeper {
  const { world, worldId, openGateway, failed } = options;
  const gateways = new Map<string, VpcGateway>();
  const appliedPlans = new Map<string, string>();
  const serving = new Map<string, number>();
  let isClosed = false;
  let begun: () => void = () => {};
  let last: Promise<void> = new Promise((resolve) => {
    begun = resolve;
  });
  let next: Promise<void> | undefined;
  let looking: NodeJS.Timeout | undefined;

  /** One at a time; a request while one is in progress waits for the one after it. */
  function applied(): Promise<void> {
    next ??= last.then(() => {
      next = undefined;
      last = reconcile();
      return last;
    });
    return next;
  }

  async function reconcile(): Promise<void> {
    if (isClosed) return;
    try {
      const standing = new Set([...vpcs(world()).rows()].map(({ vpcId }) => vpcId));
      for (const vpcId of standing) await applyVpc(vpcId);
      for (const vpcId of appliedPlans.keys()) if (!standing.has(vpcId)) await removeVpc(vpcId);
    } catch (error) {
      failed('the network', error);
      setTimeout(() => void applied(), retryMilliseconds).unref();
    }
  }

  async function applyVpc(vpcId: string): Promise<void> {
    const plan = planNetwork(world(), vpcId, worldId);
    const isUsed = plan.interfaces.length + plan.nodes.length > 0;
    if (!isUsed && !appliedPlans.has(vpcId)) return;
    const text = JSON.stringify(plan);
    if (appliedPlans.get(vpcId) === text) return;
    await applyNetwork(plan);
    const gateway = gateways.get(vpcId) ?? (await openGateway(plan, listenersOf(vpcId)));
    gateways.set(vpcId, gateway);
    await gateway.configure(plan);
    appliedPlans.set(vpcId, text);
  }

  const listenersOf = (vpcId: string): GatewayListeners => ({
    onTargetHealth: (change) => keepHealth(vpcId, change),
    onEnd(why) {
      failed(`the gateway of ${vpcId}`, why);
      gateways.delete(vpcId);
      appliedPlans.set(vpcId, '');
      void applied();
    },
  });

  async function removeVpc(vpcId: string): Promise<void> {
    await gateways.get(vpcId)?.close();
    gateways.delete(vpcId);
    await removeNetwork(routerNamespace(worldId, vpcId));
    appliedPlans.delete(vpcId);
  }

  function keepHealth(vpcId: string, { address, port, serving: serves, since }: TargetHealthChange): void {
    const key = `${vpcId}/${address}:${port}`;
    if (serves) serving.set(key, since);
    else serving.delete(key);
  }

  return {
    async begin() {
      // Networks of VPCs that went while nobody looked are removed like those that go now.
      const routers = routerNamespace(worldId, '');
      for (const namespace of await namespacesOf(worldId))
        if (namespace.startsWith(`${routers}vpc-`)) appliedPlans.set(namespace.slice(routers.length), '');
      begun();
      await applied();
      // Some of a plan follows from time alone: an attachment is done, a gateway has become available.
      looking = setInterval(() => void applied(), lookMilliseconds).unref();
    },
    changed(changes) {
      if (isClosed || !changes.some(([table]) => /^(ec2|elasticLoadBalancing)\./.test(table))) return;
      setTimeout(() => void applied(), settleMilliseconds);
    },
    applied,
    async renew(vpcId, instanceId) {
      await applied();
      await renewMachineNetwork(planNetwork(world(), vpcId, worldId), instanceId);
    },
    servingSince: ({ vpcId, address, port }) => serving.get(`${vpcId}/${address}:${port}`),
    async close() {
      isClosed = true;
      clearInterval(looking);
      begun();
      await last;
      for (const gateway of gateways.values()) await gateway.close();
    },
  };
}
