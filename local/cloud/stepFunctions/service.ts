import * as z from 'zod';
import type { Engine } from '../../interpreter/engine.ts';
import { AwsError } from '../errors.ts';
import { operation, type Service } from '../operation.ts';
import { nowOf } from '../world.ts';
import { requireManagedRule } from './childExecutions.ts';
import { historyEventOutput } from './historyEvents.ts';
import { pageOf, pageRequest } from './paging.ts';
import { requireStateMachine, stateMachineArn, stateMachines } from './stateMachines.ts';

/** Token buckets of the large regions (Step Functions developer guide, "Quotas related to API action throttling"). */
const buckets: Readonly<Record<string, { readonly burst: number; readonly refillPerSecond: number }>> = {
  StartExecution: { burst: 1300, refillPerSecond: 300 },
  RedriveExecution: { burst: 1300, refillPerSecond: 300 },
  DescribeExecution: { burst: 300, refillPerSecond: 15 },
  GetExecutionHistory: { burst: 400, refillPerSecond: 20 },
  ListExecutions: { burst: 200, refillPerSecond: 5 },
  SendTaskSuccess: { burst: 3000, refillPerSecond: 500 },
  SendTaskFailure: { burst: 3000, refillPerSecond: 500 },
  SendTaskHeartbeat: { burst: 3000, refillPerSecond: 500 },
};

const executionArn = z.string().startsWith('arn:');

/** Step Functions: an interpreter behind AWS's operations. */
export function createStepFunctionsService(engine: () => Engine): Service {
  const onExecution = (action: string) => (_world: unknown, input: { executionArn: string }) => [
    { action: `states:${action}`, resource: input.executionArn },
  ];
  const dates = (execution: { startDate: number; stopDate?: number; redriveDate?: number }) => ({
    startDate: new Date(execution.startDate),
    ...(execution.stopDate !== undefined && { stopDate: new Date(execution.stopDate) }),
    ...(execution.redriveDate !== undefined && { redriveDate: new Date(execution.redriveDate) }),
  });
  const machineFields = { definition: z.string(), roleArn: z.string() };
  const token = { taskToken: z.string().min(1) };

  return {
    name: 'states',
    operations: {
      CreateStateMachine: operation({
        input: z.strictObject({ name: z.string(), type: z.literal('STANDARD').default('STANDARD'), ...machineFields }),
        access: (world, { name }) => [{ action: 'states:CreateStateMachine', resource: stateMachineArn(world, name) }],
        run: (world, { name, definition, roleArn }) => {
          const arn = stateMachineArn(world, name);
          const existing = stateMachines(world).get(arn);
          if (existing && (existing.definition !== definition || existing.roleArn !== roleArn)) {
            throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
          }
          requireManagedRule(world, { stateMachineArn: arn, roleArn, definition });
          const createdAt = existing?.createdAt ?? nowOf(world);
          stateMachines(world).put(arn, { stateMachineArn: arn, name, definition, roleArn, createdAt });
          return { stateMachineArn: arn, creationDate: new Date(createdAt) };
        },
      }),
      UpdateStateMachine: operation({
        input: z.strictObject({
          stateMachineArn: z.string(),
          definition: z.string().optional(),
          roleArn: z.string().optional(),
        }),
        access: (_world, input) => [{ action: 'states:UpdateStateMachine', resource: input.stateMachineArn }],
        run: (world, { stateMachineArn: arn, ...changes }) => {
          const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
          const updated = { ...requireStateMachine(world, arn), ...given };
          requireManagedRule(world, updated);
          stateMachines(world).put(arn, updated);
          return { updateDate: new Date(nowOf(world)) };
        },
      }),
      DescribeStateMachine: operation({
        input: z.strictObject({ stateMachineArn: z.string() }),
        access: (_world, input) => [{ action: 'states:DescribeStateMachine', resource: input.stateMachineArn }],
        run: (world, input) => {
          const { createdAt, ...machine } = requireStateMachine(world, input.stateMachineArn);
          return { ...machine, type: 'STANDARD', status: 'ACTIVE', creationDate: new Date(createdAt) };
        },
      }),
      // AWS ends the executions at their next transition and forgets the machine when all have ended.
      DeleteStateMachine: operation({
        input: z.strictObject({ stateMachineArn: z.string().startsWith('arn:') }),
        access: (_world, input) => [{ action: 'states:DeleteStateMachine', resource: input.stateMachineArn }],
        run: async (world, { stateMachineArn: arn }) => {
          stateMachines(world).delete(arn);
          for (const { executionArn } of engine().list({ stateMachineArn: arn, status: 'RUNNING' }))
            await engine().stop({ executionArn });
          return {};
        },
      }),
      ListStateMachines: operation({
        input: z.strictObject({ ...pageRequest }),
        access: () => [{ action: 'states:ListStateMachines', resource: '*' }],
        run: (world, page) => {
          const { items, nextToken } = pageOf([...stateMachines(world).rows()], page);
          const machines = items.map((row) => ({
            stateMachineArn: row.stateMachineArn,
            name: row.name,
            type: 'STANDARD',
            creationDate: new Date(row.createdAt),
          }));
          return { stateMachines: machines, ...(nextToken && { nextToken }) };
        },
      }),
      StartExecution: operation({
        input: z.strictObject({
          stateMachineArn: z.string(),
          name: z.string().optional(),
          input: z.string().optional(),
          traceHeader: z.string().optional(),
        }),
        access: (_world, input) => [{ action: 'states:StartExecution', resource: input.stateMachineArn }],
        run: async (world, { traceHeader: _trace, stateMachineArn: arn, name, input }) => {
          requireStateMachine(world, arn);
          const execution = await engine().start({
            stateMachineArn: arn,
            ...(name !== undefined && { name }),
            ...(input !== undefined && { input }),
          });
          return { executionArn: execution.executionArn, startDate: new Date(execution.startDate) };
        },
      }),
      DescribeExecution: operation({
        input: z.strictObject({ executionArn }),
        access: onExecution('DescribeExecution'),
        run: (_world, input) => {
          const {
            definition: _definition,
            path: _path,
            startedBy: _by,
            waitedForBy: _for,
            item: _item,
            timeoutAt: _at,
            roleArn: _role,
            stateMachineName: _name,
            ...shown
          } = engine().describe(input.executionArn);
          return { ...shown, ...dates(shown) };
        },
      }),
      ListExecutions: operation({
        input: z.strictObject({
          stateMachineArn: z.string().optional(),
          mapRunArn: z.string().optional(),
          statusFilter: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']).optional(),
          ...pageRequest,
        }),
        access: (_world, input) => [
          { action: 'states:ListExecutions', resource: input.stateMachineArn ?? input.mapRunArn ?? '*' },
        ],
        run: (_world, { stateMachineArn: arn, mapRunArn, statusFilter, ...page }) => {
          const found = engine().list({
            ...(arn !== undefined && { stateMachineArn: arn }),
            ...(mapRunArn !== undefined && { mapRunArn }),
            ...(statusFilter !== undefined && { status: statusFilter }),
          });
          const { items, nextToken } = pageOf(found, page);
          const executions = items.map((execution) => ({
            executionArn: execution.executionArn,
            stateMachineArn: execution.stateMachineArn,
            name: execution.name,
            status: execution.status,
            redriveCount: execution.redriveCount,
            ...dates(execution),
          }));
          return { executions, ...(nextToken && { nextToken }) };
        },
      }),
      GetExecutionHistory: operation({
        input: z.strictObject({
          executionArn,
          reverseOrder: z.boolean().default(false),
          includeExecutionData: z.boolean().default(true),
          ...pageRequest,
        }),
        access: onExecution('GetExecutionHistory'),
        run: (_world, { executionArn: arn, reverseOrder, includeExecutionData: _data, ...page }) => {
          const history = engine().history(arn);
          const { items, nextToken } = pageOf(reverseOrder ? history.toReversed() : history, page);
          return { events: items.map(historyEventOutput), ...(nextToken && { nextToken }) };
        },
      }),
      StopExecution: operation({
        input: z.strictObject({
          executionArn,
          error: z.string().max(256).optional(),
          cause: z.string().max(32_768).optional(),
        }),
        access: onExecution('StopExecution'),
        run: async (_world, { executionArn: arn, error, cause }) => {
          const { stopDate } = await engine().stop({
            executionArn: arn,
            ...(error !== undefined && { error }),
            ...(cause !== undefined && { cause }),
          });
          return { stopDate: new Date(stopDate) };
        },
      }),
      RedriveExecution: operation({
        input: z.strictObject({ executionArn, clientToken: z.string().optional() }),
        access: onExecution('RedriveExecution'),
        run: async (_world, input) => {
          const { redriveDate } = await engine().redrive(input.executionArn);
          return { redriveDate: new Date(redriveDate) };
        },
      }),
      SendTaskSuccess: operation({
        input: z.strictObject({ ...token, output: z.string() }),
        access: () => [{ action: 'states:SendTaskSuccess', resource: '*' }],
        run: async (_world, input) => {
          await engine().sendTaskSuccess(input);
          return {};
        },
      }),
      SendTaskFailure: operation({
        input: z.strictObject({
          ...token,
          error: z.string().max(256).optional(),
          cause: z.string().max(32_768).optional(),
        }),
        access: () => [{ action: 'states:SendTaskFailure', resource: '*' }],
        run: async (_world, { taskToken, error, cause }) => {
          await engine().sendTaskFailure({
            taskToken,
            ...(error !== undefined && { error }),
            ...(cause !== undefined && { cause }),
          });
          return {};
        },
      }),
      SendTaskHeartbeat: operation({
        input: z.strictObject(token),
        access: () => [{ action: 'states:SendTaskHeartbeat', resource: '*' }],
        run: async (_world, input) => {
          await engine().sendTaskHeartbeat(input);
          return {};
        },
      }),
    },
    errors: {
      missingParameter: 'ValidationException',
      invalidParameter: 'ValidationException',
      accessDenied: 'AccessDeniedException',
      throttled: 'ThrottlingException',
    },
    bucketOf: (name) => {
      const bucket = buckets[name];
      return bucket && { name: `states:${name}`, ...bucket };
    },
    latencyOf: () => 25,
  };
}
