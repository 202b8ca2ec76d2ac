import { namespace } from './access.ts';
import type { KubernetesObject } from './manifest.ts';

const name = 'kubestep-own-node';
const apiVersion = 'admissionregistration.k8s.io/v1';

/** Which node a token was made for, by the pod that it is bound to (Kubernetes: "Service account tokens", since 1.32 always). */
const nodeOfToken = "request.userInfo.?extra[?'authentication.kubernetes.io/node-name'][?0].orValue('')";

/**
 * What runs on every node with a right to write to Node objects may write to its own node's alone, as NodeRestriction has it for
 * kubelets: a role knows no such condition, and the token lies on each worker.
 */
export function ownNodeOnly(account: string): readonly KubernetesObject[] {
  const username = `system:serviceaccount:${namespace}:${account}`;
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            { apiGroups: [''], apiVersions: ['v1'], resources: ['nodes', 'nodes/status'], operations: ['*'] },
          ],
        },
        matchConditions: [{ name: 'account', expression: `request.userInfo.username == '${username}'` }],
        validations: [
          {
            expression: `${nodeOfToken} != '' && ${nodeOfToken} == request.name`,
            message: `${account} changes only the node that it runs on`,
            reason: 'Forbidden',
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}
