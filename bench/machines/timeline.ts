/**
 * `npm run machines:timeline`: how long each state of a cluster's creation on machines of this host took, when each machine
 * reported what, and what memory its components take now. Reads a world that is served, and changes nothing in it.
 *   --world DIR   another world        --write   keeps the figures in docs/machines.md
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machinesHome, openServedMachines } from '../../cli/localMachines.ts';
import { describeRun, listClusters, listRuns } from '../../cli/runs.ts';
import type { Target } from '../../cli/target.ts';
import type { RunDescription } from '../../shared/operations/describeRun.ts';
import { writeFigures } from '../figures.ts';
import { processorText } from '../processor.ts';
import { readMemory } from './memory.ts';
import { readProgress } from './progress.ts';
import { memoryReport, progressReport, statesReport } from './report.ts';

const { values } = parseArgs({
  options: {
    world: { type: 'string', default: join(machinesHome, 'world') },
    write: { type: 'boolean', default: false },
  },
});

const target = await openServedMachines(values.world);
if (!target) throw new Error(`Nobody serves the world in ${values.world}. npm run machines makes one.`);
const run = await creationOf(target);
const progress = await readProgress(target, values.world, run);
const figures = [
  processorText(),
  statesReport(run),
  progressReport(progress),
  memoryReport(readMemory(values.world, progress)),
].join('\n\n');
console.log(figures);
if (values.write) writeFigures('timeline', figures, 'docs/machines.md');

/** The creation of the world's first active cluster. */
async function creationOf(from: Target): Promise<RunDescription> {
  const cluster = (await listClusters(from)).find(({ status }) => status === 'active');
  if (!cluster) throw new Error(`No cluster is active in ${values.world}.`);
  const runs = await listRuns(from, cluster.name);
  const creation = runs.find(
    ({ operation, clusterId }) => operation === 'createCluster' && clusterId === cluster.clusterId,
  );
  if (!creation) throw new Error(`Nothing is known of the creation of ${cluster.name}.`);
  return describeRun(from, { cluster: cluster.name, runId: creation.runId });
}
