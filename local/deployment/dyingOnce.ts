import type { FunctionFaults } from './functionRuntime.ts';

/** The function's process dies once, when its first change took effect and before it hears the answer. */
export function dyingOnce(functionName: string): FunctionFaults {
  let died = false;
  return {
    strike(call) {
      const isChange = call.service === 'ec2' && !call.operation.startsWith('Describe');
      if (died || call.side !== 'after' || !isChange || !call.functionName.endsWith(`-${functionName}`))
        return undefined;
      died = true;
      return 'die';
    },
  };
}
