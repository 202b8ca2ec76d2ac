import { cases } from './cases.ts';
import { anEngine, outputOf } from './harness.ts';

test.each(cases)(
  '$name',
  async ({ definition, input, answers, status = 'SUCCEEDED', output, error, history, seconds }) => {
    const { engine, run } = anEngine({ definition, ...(answers !== undefined && { answers }) });
    const execution = await run(input ?? {});
    expect({ status: execution.status, error: execution.status === 'TIMED_OUT' ? undefined : execution.error }).toEqual(
      { status, error },
    );
    if (output !== undefined) expect(outputOf(execution)).toEqual(output);
    if (seconds !== undefined) expect(((execution.stopDate ?? 0) - execution.startDate) / 1000).toBe(seconds);
    if (history !== undefined) {
      const recorded = engine.history(execution.executionArn).slice(1);
      expect(recorded.map(({ type, previousEventId }) => [type, previousEventId])).toEqual(history);
    }
  },
);
