import type { CallObserver } from '../../local/cloud/cloud.ts';
import { connectionReset } from '../../local/cloud/serviceFailures.ts';

/** Everything that is made: by each function, the first call of each kind takes effect, and its answer is lost. */
export function losesAnswersOfCreations(): CallObserver {
  const lost = new Set<string>();
  return {
    after({ principal, operation }) {
      if (principal.kind !== 'role' || !/^(Create|Allocate)/.test(operation)) return;
      const creation = `${principal.roleArn} ${operation}`;
      if (lost.has(creation)) return;
      lost.add(creation);
      throw connectionReset();
    },
  };
}
