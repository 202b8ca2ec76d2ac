import { createEventSink } from '../../../../local/cloud/eventBridge/eventSink.ts';
import { defineEventBridgeJobs, eventBridge } from '../../../../local/cloud/eventBridge/service.ts';
import { defineTarget, type TargetCall } from '../../../../local/cloud/eventBridge/targetPort.ts';
import { iam } from '../../../../local/cloud/iam/service.ts';
import { type TestCloud, type TestWorld, testCloud, testWorld } from '../../../support/testWorld.ts';

export const lambdaArn = 'arn:aws:lambda:us-east-1:123456789012:function:react';

export interface Account extends TestCloud {
  /** What reached Lambda. */
  readonly calls: TargetCall[];
}

/** An account with the bus `own` and a rule on it that sends everything from `kubestep` to a function. */
export async function anAccount(deliver: (call: TargetCall) => void = () => {}): Promise<Account> {
  const calls: TargetCall[] = [];
  const world: TestWorld = testWorld({ events: createEventSink(() => world) });
  defineEventBridgeJobs(world);
  defineTarget(world, 'lambda', (call) => {
    calls.push(call);
    deliver(call);
  });
  const account = testCloud([eventBridge, iam], { world });
  await account.call('CreateEventBus', { Name: 'own' });
  await account.call('PutRule', { Name: 'all', EventBusName: 'own', EventPattern: '{"source":["kubestep"]}' });
  await account.call('PutTargets', { Rule: 'all', EventBusName: 'own', Targets: [{ Id: 'one', Arn: lambdaArn }] });
  return { ...account, calls };
}

export const entry = (more: object = {}) => ({
  Source: 'kubestep',
  DetailType: 'Approved',
  Detail: '{"cluster":"one"}',
  EventBusName: 'own',
  ...more,
});
