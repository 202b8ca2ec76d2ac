/**
 * `npm run bench`: creates clusters of 10 to 5,000 workers on the virtual clock, with the handlers, the roles and the model
 * that `npm start` uses, and ends with 1 where one of them does not keep the bounds.
 *   --workers 10,100   other sizes        --write   keeps the figures in docs/figures.md
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { broken } from './bounds.ts';
import { writeFigures } from './figures.ts';
import { type Measures, measureCreation } from './measureCreation.ts';
import { processorText } from './processor.ts';
import { report } from './report.ts';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '10,100,1000,5000' },
    write: { type: 'boolean', default: false },
    /** The size that this process measures for another. */
    only: { type: 'string' },
  },
});

if (values.only === undefined) await measureAll(values.workers.split(',').map(Number), values.write);
else process.stdout.write(JSON.stringify(await measureCreation(Number(values.only))));

async function measureAll(sizes: readonly number[], write: boolean): Promise<void> {
  const measured: Measures[] = [];
  for (const workers of sizes) {
    console.log(`creating a cluster of ${workers} workers …`);
    measured.push(await inItsOwnProcess(workers));
  }
  const machine = processorText();
  console.log(`\n${machine}\n\n${report(measured)}\n`);
  const problems = measured.flatMap(broken);
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'every bound was kept' : `${problems.length} bounds were not kept`);
  if (write) writeFigures('scale', `${machine}\n\n${report(measured)}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

/** A process of its own, so that the peak of its memory is that of this size. */
async function inItsOwnProcess(workers: number): Promise<Measures> {
  const script = [...process.execArgv, fileURLToPath(import.meta.url), '--only', String(workers)];
  const child = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = await text(child.stdout);
  return JSON.parse(output) as Measures;
}
