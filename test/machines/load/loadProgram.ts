import { resolve } from 'node:path';
import { succeed } from '../../../local/machines/nspawn/machine/command.ts';

const source = resolve('test', 'machines', 'load', 'client');
const built = resolve('.kubestep', 'machines', 'load', 'load');

/** Builds the load's program, which is Go because client-go is; Go keeps what it compiled. Returns its path. */
export async function buildLoadProgram(): Promise<string> {
  const words = ['CGO_ENABLED=0', 'go', 'build', '-C', source, '-trimpath', '-buildvcs=false', '-o', built, '.'];
  await succeed('env', words, { timeoutSeconds: 600 });
  return built;
}
