import * as z from 'zod';
import { InvalidRequest } from '../errors.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import { clusterName } from '../spec/texts.ts';
import { parsedSpec } from './planCluster.ts';

/** What requests that carry a spec say of it. */
export const ofSpecRequests = {
  /** The cluster that IAM was asked about; the spec must be of this one. */
  cluster: clusterName.optional(),
  /** The parsed document, or its YAML text. */
  spec: z.union([z.string(), z.record(z.string(), z.unknown())]),
};

/** The spec, of the cluster whose path IAM has judged. */
export function specOfRequest(document: string | object, cluster: string | undefined): ClusterSpec {
  const parsed = parsedSpec(document);
  const { name } = parsed.metadata;
  if (cluster === undefined || cluster === name) return parsed;
  throw new InvalidRequest(
    `metadata.name: the spec is of ${name}, the request of ${cluster}. Ask for /clusters/${name}, or change the name.`,
  );
}
