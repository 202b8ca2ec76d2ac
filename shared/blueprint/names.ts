import { limits } from '../awsLimits.ts';

/**
 * The cluster's id where AWS allows names of 32 characters and kubestep adds `-api`: its name shortened, its random suffix whole.
 */
export function shortId(clusterId: string): string {
  const dash = clusterId.lastIndexOf('-');
  const suffix = clusterId.slice(dash);
  const name = clusterId.slice(0, Math.min(dash, longestShortId - suffix.length));
  return `${name.replace(/-+$/, '')}${suffix}`;
}

const longestShortId = limits.balancerName.value - '-api'.length;
