import type { Blueprint } from '../blueprint/blueprint.ts';
import { fill } from '../machine/template.ts';
import { images } from '../releases/images.ts';
import { nodesAtFirst } from './clusterSize.ts';
import type { Manifest } from './manifest.ts';
import metricsServer from './metrics-server.yaml';

/** What one node costs it, and what it is good for without nodes (source: its documentation, "Scaling"). */
const perNode = { milliCpu: 1, memoryMiB: 2 } as const;
const least = { milliCpu: 100, memoryMiB: 200 } as const;

/** Processor and memory of nodes and pods, for `kubectl top` and the horizontal autoscaler. */
export function metricsServerManifest(blueprint: Blueprint): Manifest {
  const nodes = nodesAtFirst(blueprint);
  const text = fill(metricsServer, {
    CPU: `${Math.max(least.milliCpu, nodes * perNode.milliCpu)}m`,
    IMAGE: images.metricsServer,
    MEMORY: `${Math.max(least.memoryMiB, nodes * perNode.memoryMiB)}Mi`,
  });
  return { text, rollouts: ['deployment/metrics-server'] };
}
