import type { Facts } from '../../../shared/facts/facts.ts';
import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { aSpec, type Changes, someFacts } from './aSpec.ts';

/** What is wrong with a spec or an account, which field is blamed, and what its reader should do. */
interface Refusal {
  readonly changes: Changes;
  readonly facts?: Partial<Facts>;
  readonly path: string;
  readonly remedy: RegExp;
}

/** One test for each refusal, by its name. */
export function testRefusals(refusals: Readonly<Record<string, Refusal>>): void {
  test.each(Object.entries(refusals))(
    '%s: refused, with its path and what to do',
    (_, { changes, facts, path, remedy }) => {
      const problems = validateSpec(aSpec(changes), someFacts(facts));
      const problem = problems.find((one) => one.path === path);
      expect(problem?.remedy).toMatch(remedy);
    },
  );
}
