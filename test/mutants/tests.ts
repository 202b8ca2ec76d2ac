import { execFile } from 'node:child_process';
import { relative, resolve } from 'node:path';

/** What the tests said of a bug. */
export interface FirstFailure {
  readonly file: string;
  readonly test: string;
}

/** A bug that makes a loop endless is noticed by tests that never end. */
const endlessMilliseconds = 40 * 60 * 1000;

/** Runs tests in their order but for some files, in one process, until one fails: that one, or undefined when all pass. */
export async function firstFailure(
  copy: string,
  suites: readonly string[],
  except: readonly string[],
): Promise<FirstFailure | undefined> {
  const jest = resolve('node_modules/.bin/jest');
  const own = [
    `--reporters=${resolve('test/mutants/firstFailure.cjs')}`,
    `--testSequencer=${resolve('test/mutants/nearestFirst.cjs')}`,
  ];
  const options = ['--bail', '--runInBand', '--testTimeout=120000', '--silent', ...own];
  const { passed, output } = await new Promise<{ passed: boolean; output: string }>((done) => {
    execFile(
      jest,
      [...suites, ...options, ...except.map((file) => `--testPathIgnorePatterns=${file}`)],
      { cwd: copy, timeout: endlessMilliseconds, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 },
      (error, stdout) => done({ passed: error === null, output: stdout }),
    );
  });
  if (passed) return undefined;
  const printed = output.split('\n').find((line) => line.startsWith('{"file":'));
  if (printed === undefined) return { file: suites[0] ?? '', test: 'tests that end' };
  const { file, test } = JSON.parse(printed) as FirstFailure;
  return { file: relative(copy, file), test };
}
