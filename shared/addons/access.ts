import type { KubernetesObject } from './manifest.ts';

/** The namespace of everything here. Pod security admission exempts it, because the pod network and disks need the host. */
export const namespace = 'kube-system';

/** A rule of a role, in Kubernetes' own words. */
export interface AccessRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const rbac = 'rbac.authorization.k8s.io';

/** Who a pod is. */
export const serviceAccount = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace },
});

/** A role for the whole cluster that the service account has. */
export function clusterRole(
  name: string,
  account: string,
  rules: readonly AccessRule[],
): readonly [KubernetesObject, KubernetesObject] {
  return [
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    clusterRoleBinding(name, account, name),
  ];
}

/** Gives the service account a role for the whole cluster that is there already. */
export const clusterRoleBinding = (name: string, account: string, role: string): KubernetesObject => ({
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
  subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
});

/** A role within kube-system that the service account has. */
export function role(
  name: string,
  account: string,
  rules: readonly AccessRule[],
): readonly [KubernetesObject, KubernetesObject] {
  return [
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name, namespace }, rules },
    roleBinding(name, account, name),
  ];
}

/** Gives the service account a role of kube-system that is there already. */
export const roleBinding = (name: string, account: string, existingRole: string): KubernetesObject => ({
  apiVersion: `${rbac}/v1`,
  kind: 'RoleBinding',
  metadata: { name, namespace },
  roleRef: { apiGroup: rbac, kind: 'Role', name: existingRole },
  subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
});

/** Lets the service account read by which authorities the API server itself knows its clients (Kubernetes' own role). */
export const readsAuthentication = (account: string): KubernetesObject =>
  roleBinding(`${account}:authentication-reader`, account, 'extension-apiserver-authentication-reader');
