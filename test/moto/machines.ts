import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import {
  DeleteNetworkInterfaceCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { sleep } from '../../local/clock/clock.ts';
import { functions } from '../../local/cloud/lambda/functions.ts';
import type { EmbeddedWorld } from '../../local/world/createWorld.ts';

/** How often the machines have something new to report. */
const betweenReportsMilliseconds = 15_000;

const phasesOf = (role: string): readonly string[] =>
  role.endsWith('-worker')
    ? ['bundle-fetched', 'certificates-issued', 'node-ready']
    : ['bundle-fetched', 'certificates-issued', 'etcd-serving', 'control-plane-serving', 'node-ready'];

interface Machine {
  readonly instanceId: string;
  readonly roleName: string;
}

/** A verb that was sent to a machine. */
interface SentVerb {
  readonly instanceId: string;
  readonly operationId: string;
}

/**
 * Stands for the machines that moto does not boot: each reports to the Node API what a machine reports when all goes well. They
 * are no part of the process that a test kills, so what they have received and reported is in a file.
 */
export function machinesOf(embedded: () => EmbeddedWorld, memory: string) {
  const ec2 = new EC2Client({});
  const iam = new IAMClient({});
  const reported = new Set<string>();
  const verbs: SentVerb[] = [];
  for (const line of existsSync(memory) ? readFileSync(memory, 'utf8').trim().split('\n') : []) {
    const remembered = JSON.parse(line) as string | SentVerb;
    if (typeof remembered === 'string') reported.add(remembered);
    else verbs.push(remembered);
  }
  const remember = (what: string | SentVerb) => appendFileSync(memory, `${JSON.stringify(what)}\n`);
  let over = false;

  const report = async (instance: Machine, body: object): Promise<boolean> => {
    const { world, runtime } = embedded();
    const release = world.clock.hold();
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: instance.roleName })).finally(release);
    const row = [...functions(world).rows()].find(({ name }) => name.endsWith('-postReport'));
    if (row === undefined) throw new Error('The stack has no postReport');
    const { payload, functionError } = await runtime.invoke(row, {
      routeKey: 'POST /node/report',
      body: JSON.stringify(body),
      requestContext: {
        authorizer: {
          iam: {
            accountId: world.account,
            userArn: `arn:aws:sts::${world.account}:assumed-role/${instance.roleName}/${instance.instanceId}`,
            callerId: `${Role?.RoleId}:${instance.instanceId}`,
          },
        },
      },
    });
    return functionError === undefined && (payload as { statusCode: number }).statusCode === 200;
  };

  const once = async (): Promise<void> => {
    const release = embedded().world.clock.hold();
    const { Reservations = [] } = await ec2
      .send(new DescribeInstancesCommand({ Filters: [{ Name: 'instance-state-name', Values: ['running'] }] }))
      .finally(release);
    for (const instance of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      const machine = machineOf(instance);
      for (const phase of phasesOf(machine.roleName)) {
        const name = `${machine.instanceId} ${phase}`;
        if (reported.has(name)) continue;
        if (!(await report(machine, { phase, outcome: 'done' }))) break;
        reported.add(name);
        remember(name);
      }
      for (const { instanceId, operationId } of verbs) {
        const name = `${instanceId} ${operationId}`;
        if (instanceId !== machine.instanceId || reported.has(name)) continue;
        if (!(await report(machine, { operationId, outcome: 'done' }))) continue;
        reported.add(name);
        remember(name);
      }
    }
  };

  /** EC2 deletes the interfaces that it made with an instance or a NAT gateway; moto leaves them. */
  const takeInterfaces = async (): Promise<void> => {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
    const ended = Reservations.flatMap(({ Instances = [] }) => Instances).filter(
      ({ State }) => State?.Name === 'terminated',
    );
    const endedIds = new Set(ended.map(({ InstanceId }) => InstanceId));
    const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
    for (const { NetworkInterfaceId, Attachment, Description } of NetworkInterfaces) {
      if (Description !== 'Primary network interface') continue;
      if (Attachment?.InstanceId !== undefined && !endedIds.has(Attachment.InstanceId)) continue;
      await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    }
  };

  return {
    /** Answers SSM's SendCommand: the machine obeys and reports later. */
    sendCommand: async (input: Readonly<Record<string, unknown>>): Promise<object> => {
      const { InstanceIds = [], Parameters = {} } = input as {
        InstanceIds?: string[];
        Parameters?: Record<string, string[]>;
      };
      for (const instanceId of InstanceIds) {
        const verb = { instanceId, operationId: Parameters.OperationId?.[0] ?? '' };
        verbs.push(verb);
        remember(verb);
      }
      return { Command: { CommandId: '00000000-0000-4000-8000-000000000000' } };
    },
    /** Answers for the agents of machines: each that is asked about is online. */
    describeInstanceInformation: async (input: Readonly<Record<string, unknown>>): Promise<object> => {
      const { Filters = [] } = input as { Filters?: { Key?: string; Values?: string[] }[] };
      const asked = Filters.find(({ Key }) => Key === 'InstanceIds')?.Values ?? [];
      return { InstanceInformationList: asked.map((InstanceId) => ({ InstanceId, PingStatus: 'Online' })) };
    },
    /** Reports until it is stopped. */
    async live(): Promise<void> {
      while (!over) {
        await sleep(embedded().world.clock, betweenReportsMilliseconds);
        await once();
        const release = embedded().world.clock.hold();
        await takeInterfaces().finally(release);
      }
    },
    stop() {
      over = true;
    },
  };
}

/** A cluster's instance profile bears its role's name; moto forgets the profile of a group's instances, which are workers. */
function machineOf({ InstanceId = '', IamInstanceProfile, Tags = [] }: Instance): Machine {
  const profile = IamInstanceProfile?.Arn?.split('/').at(-1);
  const cluster = Tags.find(({ Key }) => Key === 'kubestep/cluster')?.Value;
  return { instanceId: InstanceId, roleName: profile ?? `${cluster}-us-east-1-worker` };
}
