import type { Facts } from '../facts/facts.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import type { Blueprint } from './blueprint.ts';
import type { Plan } from './plan.ts';

/** The plan by which a cluster was made, on which a further plan rests. */
export type BasePlan = Pick<Plan, 'facts' | 'blueprint'>;

/**
 * What a cluster's plan rested on, so that planning again changes nothing that nobody changed: images, addresses and subnets are
 * those of the first plan; the account's own numbers (quotas, zones, offers) are today's.
 */
export function pinnedFacts(facts: Facts, base: BasePlan): Facts {
  const { clusterId, images, existingVpc, assetCatalogue } = base.facts;
  return {
    ...facts,
    clusterId,
    images: { ...facts.images, ...images },
    existingVpc,
    // What the first plan took from the deployment's catalogue is found first; a newer version is in today's.
    ...(assetCatalogue !== undefined && { assetCatalogue: [...assetCatalogue, ...(facts.assetCatalogue ?? [])] }),
  };
}

/** The spec with the sizes of the control plane that exists, where it names none: they do not follow the number of nodes any more. */
export function pinnedSpec(document: ClusterSpec, { blueprint }: BasePlan): ClusterSpec {
  const { controlPlane, etcd } = document.spec;
  const member = blueprint.slots.find(({ runs }) => runs.etcd);
  const typeOf = (slot: Blueprint['slots'][number] | undefined) => slot?.machine.instanceTypes[0];
  const master = controlPlane.instanceType ?? typeOf(blueprint.slots.find(({ runs }) => runs.controlPlane));
  const dedicated = etcd.placement === 'dedicated' ? (etcd.instanceType ?? typeOf(member)) : etcd.instanceType;
  const volume = etcd.volume ?? member?.volume;
  return {
    ...document,
    spec: {
      ...document.spec,
      controlPlane: { ...controlPlane, ...(master !== undefined && { instanceType: master }) },
      etcd: {
        ...etcd,
        ...(dedicated !== undefined && { instanceType: dedicated }),
        ...(volume !== undefined && { volume }),
      },
    },
  };
}
