import { DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { ask, type Target } from '../../cli/target.ts';
import { environmentOf } from '../../local/serve/clientEnvironment.ts';
import type { RunDescription } from '../../shared/operations/describeRun.ts';
import type { NodeView } from '../../shared/operations/listNodes.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import type { Phase, PhaseReport } from '../../shared/store/reports.ts';

/** How a machine came up, in seconds since the run began. */
export interface MachineProgress {
  readonly instanceId: string;
  /** `master-0`, or its group. */
  readonly place: string;
  readonly launched: number;
  readonly reached: Readonly<Partial<Record<Phase, number>>>;
}

/** The deployment's table, by the default stage (source: serverless.yml). */
const tableName = 'kubestep-dev';

/** What the machines of the run's cluster reported, and when EC2 launched them. */
export async function readProgress(
  target: Target,
  folder: string,
  { run, startedAt }: RunDescription,
): Promise<readonly MachineProgress[]> {
  const { nodes } = await ask<{ nodes: readonly NodeView[] }>(
    target,
    requestTo('listNodes', { name: run.clusterName }),
  );
  const clients = clientsOf(folder);
  const reports = await reportsOf(clients.dynamodb, run.clusterId);
  const launches = await launchesOf(
    clients.ec2,
    nodes.map(({ instanceId }) => instanceId),
  );
  const sinceStart = (at: string) => (Date.parse(at) - Date.parse(startedAt)) / 1000;
  return nodes.map(({ instanceId, slot, group }) => ({
    instanceId,
    place: slot ?? group ?? '',
    launched: sinceStart(launches.get(instanceId) ?? startedAt),
    reached: Object.fromEntries(
      reports
        .filter((report) => report.instanceId === instanceId && report.outcome === 'done')
        .map(({ phase, at }) => [phase, sinceStart(at)]),
    ),
  }));
}

function clientsOf(folder: string) {
  const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = environmentOf(folder) ?? {};
  if (!AWS_ENDPOINT_URL || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw new Error(`Nobody serves the world in ${folder}.`);
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const settings = { region: 'us-east-1', endpoint: AWS_ENDPOINT_URL, credentials };
  return { dynamodb: new DynamoDBClient(settings), ec2: new EC2Client(settings) };
}

async function reportsOf(
  client: DynamoDBClient,
  clusterId: string,
): Promise<readonly (PhaseReport & { readonly at: string })[]> {
  const found: (PhaseReport & { readonly at: string })[] = [];
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :phase)',
      ExpressionAttributeValues: { ':pk': { S: `reports#${clusterId}` }, ':phase': { S: 'phase#' } },
    },
  );
  for await (const { Items = [] } of pages)
    found.push(...Items.map((item) => unmarshall(item) as PhaseReport & { at: string }));
  return found;
}

async function launchesOf(client: EC2Client, InstanceIds: string[]): Promise<ReadonlyMap<string, string>> {
  const { Reservations = [] } = await client.send(new DescribeInstancesCommand({ InstanceIds }));
  return new Map(
    Reservations.flatMap(({ Instances = [] }) =>
      Instances.map(({ InstanceId = '', LaunchTime }) => [InstanceId, LaunchTime?.toISOString() ?? ''] as const),
    ),
  );
}
