import { masterCount, nodesAtFirst, nodesAtMost } from '../../../shared/addons/clusterSize.ts';
import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import { aSpec, someFacts } from '../spec/aSpec.ts';

test('members of etcd on machines of their own are neither masters nor nodes', () => {
  const spec = aSpec({ 'spec.etcd': { placement: 'dedicated', members: 5 }, 'spec.controlPlane.count': 2 });
  const blueprint = buildBlueprint(spec, someFacts());
  expect(blueprint.slots).toHaveLength(7);
  expect([masterCount(blueprint), nodesAtFirst(blueprint), nodesAtMost(blueprint)]).toEqual([2, 5, 8]);
});
