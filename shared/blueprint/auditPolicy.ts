import { stringify } from 'yaml';
import type { ClusterSpec } from '../spec/schema.ts';

type AuditRules = NonNullable<ClusterSpec['spec']['auditPolicy']>['rules'];

/**
 * The default (after the rules of kube-up's audit policy): probes and watch traffic of nodes say nothing, Secrets and tokens
 * are never written down, changes of access are kept whole, everything else as who did what to which object.
 */
const defaultRules: AuditRules = [
  {
    level: 'None',
    users: ['system:kube-proxy'],
    verbs: ['watch'],
    resources: [{ group: '', resources: ['endpoints', 'services'] }],
  },
  {
    level: 'None',
    userGroups: ['system:nodes'],
    verbs: ['get'],
    resources: [{ group: '', resources: ['nodes', 'nodes/status'] }],
  },
  { level: 'None', nonResourceURLs: ['/healthz*', '/livez*', '/readyz*', '/version', '/openapi/*'] },
  {
    level: 'None',
    resources: [
      { group: '', resources: ['events'] },
      { group: 'events.k8s.io' },
      { group: 'coordination.k8s.io', resources: ['leases'] },
    ],
  },
  {
    level: 'Metadata',
    resources: [
      { group: '', resources: ['secrets', 'configmaps', 'serviceaccounts/token'] },
      { group: 'authentication.k8s.io', resources: ['tokenreviews'] },
    ],
  },
  {
    level: 'RequestResponse',
    verbs: ['create', 'update', 'patch', 'delete'],
    resources: [{ group: 'rbac.authorization.k8s.io' }],
  },
  { level: 'Metadata' },
];

/** The audit policy as kube-apiserver reads it. */
export function auditPolicyYaml({ spec: { auditPolicy } }: ClusterSpec): string {
  return stringify({
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: auditPolicy?.rules ?? defaultRules,
  });
}
