import type { RunDescription, RunProgress } from '../../shared/operations/describeRun.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import { createRunReader, type RunReader } from '../../shared/operations/runView.ts';
import { ask, type RunName, type Target } from '../target.ts';

/**
 * Looks at a run again and again. Each look asks only for what has happened since the one before, so that a long history is
 * read once, not at every look.
 */
export function looksAt(target: Target, { cluster, runId }: RunName): () => Promise<RunDescription> {
  const request = requestTo('getRun', { name: cluster, id: runId });
  let reader: RunReader = createRunReader();
  let execution = '';

  return async () => {
    const after = execution === '' ? '0' : `${execution}:${reader.last}`;
    const answer = await ask<RunProgress | RunDescription>(target, { ...request, query: { after } });
    if ('view' in answer) return answer;
    const { events, ...status } = answer;
    const answered = nameOf(status.run.executionArn);
    // A run that AWS no longer redrives continues in another execution, whose events count from 1 again.
    if (answered !== execution) reader = createRunReader();
    execution = answered;
    reader.read(events);
    return { ...status, view: reader.view() };
  };
}

const nameOf = (executionArn: string): string => executionArn.slice(executionArn.lastIndexOf(':') + 1);
