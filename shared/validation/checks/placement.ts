import { newestVersion, offeredVersions } from '../../releases/releases.ts';
import type { SpecProblem } from '../../spec/problems.ts';
import { type Check, listed, problemAt, repeated } from './check.ts';

/** Region, zones and version are ones that this deployment can serve. */
export const checkPlacement: Check = ({ spec }, facts) => {
  const version = offeredVersions.includes(spec.kubernetesVersion) ? [] : [versionProblem(spec.kubernetesVersion)];
  const twice = repeated(spec.zones).map((zone) => problemAt(['zones'], zone, 'each zone once', `Name ${zone} once.`));
  const elsewhere = spec.zones.flatMap((zone, index) =>
    isZoneOf(spec.region, zone) ? [] : [zoneElsewhere(spec.region, zone, index)],
  );
  if (facts === undefined) return [...version, ...twice, ...elsewhere];
  if (spec.region !== facts.region)
    return [...version, ...twice, regionProblem(spec.region, facts.region, facts.deployment.stage)];

  const unknown = spec.zones.flatMap((zone, index) =>
    facts.zones.includes(zone)
      ? []
      : [
          problemAt(
            ['zones', index],
            zone,
            `zones of ${facts.region} that this account may use: ${listed(facts.zones)}`,
            'Choose one of these; the letters of zones differ between accounts.',
          ),
        ],
  );
  return [...version, ...unknown, ...twice];
};

const isZoneOf = (region: string, zone: string): boolean => zone.slice(0, -1) === region;

const zoneElsewhere = (region: string, zone: string, index: number): SpecProblem =>
  problemAt(['zones', index], zone, `zones of ${region}, such as ${region}a`, 'Correct the zone, or spec.region.');

function versionProblem(version: string): SpecProblem {
  return problemAt(
    ['kubernetesVersion'],
    version,
    `versions whose files are pinned: ${listed(offeredVersions)}`,
    `Use ${newestVersion}, or a newer kubestep for a newer Kubernetes.`,
  );
}

/** AWS' events reach only the bus of their own region, so a deployment serves no other. */
function regionProblem(wanted: string, deployed: string, stage: string): SpecProblem {
  return problemAt(
    ['region'],
    wanted,
    `${deployed}, the region of this deployment`,
    `Deploy kubestep there and start the operation there: npx sls deploy --stage ${stage} --region ${wanted}`,
  );
}
