import type { FunctionFaults } from '../../local/deployment/functionRuntime.ts';

/** Each call of these functions dies the first time that it is made. */
export function dyingOnce(
  side: 'before' | 'after',
  names: readonly string[],
): FunctionFaults & { readonly deaths: Set<string> } {
  const deaths = new Set<string>();
  return {
    deaths,
    strike(call) {
      const name = call.functionName.split('-').at(-1) ?? '';
      const point = `${name} ${call.service}:${call.operation} #${call.index}`;
      if (call.side !== side || !names.includes(name) || deaths.has(point)) return undefined;
      deaths.add(point);
      return 'die';
    },
  };
}
