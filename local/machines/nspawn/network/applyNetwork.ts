import { readdir } from 'node:fs/promises';
import { runBatch, runCommand, showOf } from './commands.ts';
import { filterRules } from './filterRules.ts';
import { prefixOf } from './networkNames.ts';
import type { NetworkPlan, PlannedInterface } from './networkPlan.ts';
import { type RouterChanges, routerChanges } from './routerChanges.ts';
import {
  presentState,
  type RouterState,
  type ShownAddresses,
  type ShownLink,
  type ShownRoute,
  type ShownRule,
  wantedState,
} from './routerState.ts';

/** Source: EC2 user guide, "Network maximum transmission unit": jumbo frames inside a VPC. */
const mtu = 9001;

/** Where `ip netns` keeps named namespaces (source: ip-netns(8)). */
const namespaceFolder = '/run/netns';

/** What is under way in each router, and the filter it was given last by this process. */
const queues = new Map<string, Promise<void>>();
const filters = new Map<string, string>();

/**
 * Makes the host be as planned, changing only what differs from what is there: machines that run do not notice, and a
 * process that died half way is made up for. Calls for one VPC run one after the other.
 */
export function applyNetwork(plan: NetworkPlan): Promise<void> {
  return inTurn(plan.namespace, () => apply(plan));
}

/**
 * Gives the machine of an instance a fresh namespace, as a boot gives it fresh network stack: bridges, routes and filters of
 * its former life are gone. Nothing may run in it.
 */
export function renewMachineNetwork(plan: NetworkPlan, instanceId: string): Promise<void> {
  return inTurn(plan.namespace, async () => {
    const own = plan.interfaces.filter((each) => each.instanceId === instanceId);
    const links = own.map(({ deviceName }) => `link del ${deviceName}`);
    await runBatch(plan.namespace, links, { mayFail: true });
    for (const namespace of new Set(own.map((each) => each.namespace))) await deleteNamespace(namespace);
    await apply(plan);
  });
}

/** Removes a router's or a machine's namespace with all that is in it; gone already is fine. */
export function removeNetwork(namespace: string): Promise<void> {
  return inTurn(namespace, async () => {
    filters.delete(namespace);
    await deleteNamespace(namespace);
  });
}

/** The namespaces that a world has on this host. */
export async function namespacesOf(worldId: string): Promise<readonly string[]> {
  return (await allNamespaces()).filter((name) => name.startsWith(prefixOf(worldId)));
}

function inTurn(namespace: string, work: () => Promise<void>): Promise<void> {
  const before = queues.get(namespace) ?? Promise.resolve();
  const turn = before.then(work);
  const settled = turn.catch(() => {}); // The caller hears of a failure; the next change starts from what is there.
  queues.set(namespace, settled);
  void settled.then(() => {
    if (queues.get(namespace) === settled) queues.delete(namespace);
  });
  return turn;
}

async function apply(plan: NetworkPlan): Promise<void> {
  const present = await allNamespaces();
  if (!present.includes(plan.namespace)) await makeRouter(plan.namespace);
  const machines = new Set(plan.interfaces.map(({ namespace }) => namespace));
  await Promise.all([...machines].filter((name) => !present.includes(name)).map(makeMachine));

  const changes = routerChanges(await readRouter(plan.namespace), wantedState(plan));
  await removeStale(plan, changes);
  // The filter drops what it does not know: it comes before the links that it is for.
  await applyFilter(plan);
  await makeDevices(plan, changes);
  await runBatch(plan.namespace, changes.additions);
}

async function removeStale({ namespace }: NetworkPlan, { removals, goneMachines }: RouterChanges): Promise<void> {
  await runBatch(namespace, removals, { mayFail: true });
  await Promise.all(goneMachines.map(deleteNamespace));
}

async function makeDevices(plan: NetworkPlan, { newDevices }: RouterChanges): Promise<void> {
  const made = plan.interfaces.filter(({ deviceName }) => newDevices.includes(deviceName));
  await runBatch(
    plan.namespace,
    made.flatMap(({ deviceName, deviceIndex, namespace, macAddress }) => [
      `link add ${deviceName} mtu ${mtu} type veth peer name eth${deviceIndex} netns ${namespace} mtu ${mtu} address ${macAddress}`,
      // The router answers for every address at once; Linux waits up to 0.8 s by default.
      `ntable change name arp_cache dev ${deviceName} proxy_delay 0`,
    ]),
  );
  await Promise.all(made.map(plugIn));
}

async function plugIn(each: PlannedInterface): Promise<void> {
  // A rule outlives the interface that it was for, when that was detached or half made.
  if (each.deviceIndex > 0) {
    await runBatch(each.namespace, [`rule del priority ${ownTable(each)}`], { mayFail: true });
  }
  await runBatch(each.namespace, machineLines(each));
}

/** The machine's own table for what leaves by a further interface. */
const ownTable = ({ deviceIndex }: PlannedInterface): number => 10_000 + deviceIndex;

/** What DHCP gives a machine on EC2. Answers from a further interface leave by it, as Amazon's images arrange. */
function machineLines(each: PlannedInterface): string[] {
  const { deviceIndex, address, prefixLength, routerAddress } = each;
  const device = `eth${deviceIndex}`;
  const up = [`address add ${address}/${prefixLength} broadcast + dev ${device}`, `link set ${device} up`];
  if (deviceIndex === 0) return [...up, `route replace default via ${routerAddress} dev ${device}`];
  const table = ownTable(each);
  return [
    ...up,
    `route replace default via ${routerAddress} dev ${device} table ${table}`,
    `rule add from ${address} lookup ${table} priority ${table}`,
  ];
}

async function applyFilter(plan: NetworkPlan): Promise<void> {
  const rules = filterRules(plan);
  if (filters.get(plan.namespace) === rules) return;
  filters.delete(plan.namespace);
  await runCommand(['nsenter', `--net=${namespaceFolder}/${plan.namespace}`, 'nft', '-f', '-'], { input: rules });
  filters.set(plan.namespace, rules);
}

async function readRouter(namespace: string): Promise<RouterState> {
  const [links, addresses, routes, rules] = await Promise.all([
    showOf<ShownLink>(namespace, ['link', 'show', 'type', 'veth']),
    showOf<ShownAddresses>(namespace, ['-4', 'address', 'show', 'dev', 'lo']),
    showOf<ShownRoute>(namespace, ['-4', 'route', 'show', 'table', 'all']),
    showOf<ShownRule>(namespace, ['-4', 'rule', 'show']),
  ]);
  return presentState({ links, addresses, routes, rules });
}

/** A router forwards, answers ARP for everyone, and a balancer may listen on a node's address before it is there. */
const routerSettings = {
  'ipv4/ip_forward': 1,
  'ipv4/ip_nonlocal_bind': 1,
  'ipv4/conf/all/proxy_arp': 1,
  'ipv4/conf/all/rp_filter': 0,
  'ipv4/conf/default/rp_filter': 0,
  'ipv4/conf/all/send_redirects': 0,
  'ipv4/conf/default/send_redirects': 0,
  'ipv6/conf/all/disable_ipv6': 1,
  'ipv6/conf/default/disable_ipv6': 1,
};

async function makeRouter(namespace: string): Promise<void> {
  filters.delete(namespace);
  await runCommand(['ip', 'netns', 'add', namespace]);
  const lines = Object.entries(routerSettings).map(([name, value]) => `echo ${value} > /proc/sys/net/${name}`);
  await runCommand(['nsenter', `--net=${namespaceFolder}/${namespace}`, 'sh', '-e'], {
    input: `${lines.join('\n')}\n`,
  });
  await runBatch(namespace, ['link set lo up']);
}

async function makeMachine(namespace: string): Promise<void> {
  await runCommand(['ip', 'netns', 'add', namespace]);
  await runBatch(namespace, ['link set lo up']);
}

async function deleteNamespace(namespace: string): Promise<void> {
  if ((await allNamespaces()).includes(namespace)) await runCommand(['ip', 'netns', 'del', namespace]);
}

async function allNamespaces(): Promise<readonly string[]> {
  return readdir(namespaceFolder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
