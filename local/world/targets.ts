import { defineTarget } from '../cloud/eventBridge/targetPort.ts';
import { type FunctionRuntime, requireFunction } from '../cloud/lambda/functions.ts';
import type { World } from '../cloud/world.ts';

/** How events and schedules reach the stack: rules invoke functions. */
export function defineTargets(world: World, runtime: FunctionRuntime): void {
  defineTarget(world, 'lambda', async ({ arn, input }) => {
    const { functionError, payload } = await runtime.invoke(requireFunction(world, arn), input);
    if (functionError) throw new Error(`${arn} failed: ${JSON.stringify(payload)}`);
  });
}
