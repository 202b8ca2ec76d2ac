import type * as z from 'zod';
import { problemsOf } from './issues.ts';
import { foundText, type SpecProblem } from './problems.ts';
import { restOf } from './restOf.ts';
import { type ClusterSpec, clusterSpec } from './schema.ts';
import { readSpecText } from './specText.ts';

/** A spec with every default filled in, or everything that is wrong with its shape. */
export type ParsedSpec = { readonly spec: ClusterSpec } | UnshapedSpec;

export interface UnshapedSpec {
  readonly problems: readonly SpecProblem[];
  /** The spec without the places that the problems name, where enough is left to judge; see `restOf`. */
  readonly rest?: ClusterSpec;
}

/** Reads `cluster.yaml` (YAML or JSON text, or the document itself) and reports every problem of its shape at once. */
export function parseSpec(source: unknown): ParsedSpec {
  if (typeof source !== 'string') return parseDocumentObject(source);
  const read = readSpecText(source);
  return 'problems' in read ? read : parseDocumentObject(read.document);
}

function parseDocumentObject(document: unknown): ParsedSpec {
  const foreign = foreignDocument(document);
  if (foreign !== undefined) return { problems: [foreign] };
  const result: z.ZodSafeParseResult<ClusterSpec> = clusterSpec.safeParse(document);
  if (result.success) return { spec: result.data };
  const rest = restOf(document, result.error.issues);
  return { problems: problemsOf(result.error.issues, document), ...(rest && { rest }) };
}

/** Files of other tools, whose every field would be a problem (source: each tool's API group). */
const otherTools: Readonly<Record<string, string>> = {
  'kops.k8s.io': 'kops',
  'eksctl.io': 'eksctl',
  'cluster.x-k8s.io': 'Cluster API',
  'infrastructure.cluster.x-k8s.io': 'Cluster API',
  'controlplane.cluster.x-k8s.io': 'Cluster API',
  'kubeadm.k8s.io': 'kubeadm',
  'karpenter.sh': 'Karpenter',
};

function foreignDocument(document: unknown): SpecProblem | undefined {
  if (typeof document !== 'object' || document === null || !('apiVersion' in document)) return undefined;
  const [group = ''] = String(document.apiVersion).split('/');
  const tool = Object.hasOwn(otherTools, group) ? otherTools[group] : undefined;
  if (tool === undefined) return undefined;
  return {
    path: 'apiVersion',
    found: foundText(document.apiVersion),
    allowed: '"kubestep/v1"',
    remedy: `This is a file of ${tool}. Write a cluster.yaml of kubestep; docs/cluster.schema.json has its fields.`,
  };
}
