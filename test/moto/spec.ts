import { demoSpec } from '../support/runs.ts';

/** Three masters and nine workers: what kops was measured with. */
export const spec = {
  ...demoSpec,
  spec: {
    ...(demoSpec.spec as object),
    nodeGroups: [{ name: 'workers', instanceTypes: ['m7g.large'], min: 9, max: 9 }],
  },
};
