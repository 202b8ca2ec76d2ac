import { ask, inFile, startTimes } from './bundles.ts';

/** A bundle with one more flag of a component of the control plane. */
export const withFlag = (unit: string, flag: string) =>
  inFile(unit, '--profiling=false', `--profiling=false \\\n  ${flag}`);

/** Stages a bundle on the machine, switches the component to it and says what restarted. */
export async function switchTo(machine: string, component: string, bundle: string) {
  expect(await ask(machine, 'stage', { bundle })).toMatchObject({ outcome: 'done', result: { bundle } });
  const times = await startTimes(machine);
  const answer = await ask(machine, 'switch', { component, bundle });
  const after = await startTimes(machine);
  const restarted = Object.keys(times).filter((name) => times[name] !== after[name]);
  console.log(
    `${component}: ${answer.outcome} in ${answer.seconds.toFixed(1)} s, restarted: ${restarted.join(', ') || 'nothing'}`,
  );
  return { ...answer, restarted };
}

/** What the machine says that each of its components runs by. */
export const verified = async (machine: string) => (await ask(machine, 'verify')).result ?? {};
