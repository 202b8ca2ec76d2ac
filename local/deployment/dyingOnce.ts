import type { FunctionFaults } from './functionRuntime.ts';

/**
 * The function's process runs out of memory once, when its first change took effect and before it hears the answer: of all
 * deaths the one that no state tries again by itself.
 */
export function dyingOnce(functionName: string): FunctionFaults {
  let died = false;
  return {
    strike(call) {
      const isChange = call.service === 'ec2' && !call.operation.startsWith('Describe');
      if (died || call.side !== 'after' || !isChange || !call.functionName.endsWith(`-${functionName}`))
        return undefined;
      died = true;
      return 'outOfMemory';
    },
  };
}
