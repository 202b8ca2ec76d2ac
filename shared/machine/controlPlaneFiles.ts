import { apiServerShutdown } from '../blueprint/apiServerShutdown.ts';
import type { Blueprint, KubernetesBlueprint } from '../blueprint/blueprint.ts';
import type { BundleFile, BundleHead, BundleInput } from './bundle.ts';
import { forRoot, readable } from './bundleFile.ts';
import { fileOfComponent, unitFile } from './components.ts';
import { etcdEndpoints } from './etcdFiles.ts';
import admissionConfiguration from './files/admission.yaml';
import authenticationConfiguration from './files/authentication.yaml';
import { cipherSuites } from './files/cipherSuites.ts';
import confinement from './files/confinement.conf';
import firstRoles from './files/first-roles.yaml';
import apiServerService from './files/kube-apiserver.service';
import controllerManagerService from './files/kube-controller-manager.service';
import schedulerService from './files/kube-scheduler.service';
import schedulerConfiguration from './files/kube-scheduler.yaml';
import kubeconfig from './files/kubeconfig.yaml';
import { authorityFile, certificateFile, type MachineProfile } from './machineProfile.ts';
import { fill, flagLines, lines, type Written, yaml } from './template.ts';

/** Now and then a client is asked to reconnect, so that connections spread over new API servers too (flag's own advice: 0.001). */
const goawayChance = 0.001;

/** API server, controller manager and scheduler: units and what they read. */
export function controlPlaneFiles(
  { blueprint, authorities, serviceAccountPublicKey }: BundleInput,
  { slot }: MachineProfile,
  { cluster }: BundleHead,
): readonly BundleFile[] {
  if (slot === undefined) throw new TypeError('Only the machine of a slot is a master.');
  const { kubernetes } = blueprint;
  const kubeconfigOf = (profile: 'kube-controller-manager' | 'kube-scheduler' | 'administrator') =>
    forRoot(`/etc/kubernetes/${profile}.kubeconfig`, kubeconfigFor(profile, cluster.apiServer));
  const ofApiServer = (name: string, content: string) => forRoot(fileOfComponent('kube-apiserver', name), content);
  return [
    forRoot(unitFile('kube-apiserver'), apiServerUnit(blueprint, slot.address)),
    forRoot(unitFile('kube-controller-manager'), controllerManagerUnit(blueprint)),
    forRoot(unitFile('kube-scheduler'), schedulerUnit(kubernetes)),
    ofApiServer('admission.yaml', admission(kubernetes)),
    ofApiServer('authentication.yaml', authentication(kubernetes)),
    ofApiServer('audit-policy.yaml', kubernetes.auditPolicy),
    ofApiServer('first-roles.yaml', firstRoles),
    forRoot(fileOfComponent('kube-scheduler', 'kube-scheduler.yaml'), schedulerConfiguration),
    kubeconfigOf('kube-controller-manager'),
    kubeconfigOf('kube-scheduler'),
    kubeconfigOf('administrator'),
    readable(authorityFile('etcd'), authorities.etcd),
    readable(authorityFile('front-proxy'), authorities['front-proxy']),
    readable('/etc/kubernetes/pki/service-account.pub', serviceAccountPublicKey),
  ];
}

/** How a component finds the API and proves itself. */
export function kubeconfigFor(profile: Parameters<typeof certificateFile>[0], server: string): string {
  const { certificate, key } = certificateFile(profile);
  return fill(kubeconfig, { SERVER: yaml(server), CERTIFICATE: certificate, KEY: key });
}

/** The flag of components that leave nodes' addresses and zones to the cloud controller manager. */
export const cloudProviderFlag = ({ addons }: KubernetesBlueprint): Written =>
  flagLines(addons.includes('aws-cloud-controller-manager') ? { 'cloud-provider': 'external' } : {});

function apiServerUnit(blueprint: Blueprint, address: string): string {
  const { kubernetes, loadBalancer, slots } = blueprint;
  const { delaySeconds, stopSeconds } = apiServerShutdown(loadBalancer.targetGroup);
  const masters = slots.filter(({ runs }) => runs.controlPlane).length;
  const encryption = {
    'encryption-provider-config': '/run/kubestep/secrets/encryption.yaml',
    'encryption-provider-config-automatic-reload': 'true',
  };
  return fill(apiServerService, {
    ADDRESS: address,
    CIPHER_SUITES: cipherSuites.join(','),
    CONFINEMENT: lines(confinement),
    PORT: loadBalancer.targetGroup.port,
    ETCD_SERVERS: etcdEndpoints(blueprint, address).join(','),
    CLUSTER_DOMAIN: kubernetes.clusterDomain,
    SERVICE_CIDR: kubernetes.serviceCIDR,
    GOAWAY_CHANCE: masters > 1 ? goawayChance : 0,
    SHUTDOWN_DELAY_SECONDS: delaySeconds,
    STOP_TIMEOUT_SECONDS: stopSeconds,
    SECRETS_ENCRYPTION: flagLines(kubernetes.secretsEncryption ? encryption : {}),
    EXTRA_ARGUMENTS: flagLines(kubernetes.extraArguments['kube-apiserver']),
  });
}

function controllerManagerUnit({ cluster, kubernetes }: Blueprint): string {
  return fill(controllerManagerService, {
    CLUSTER_ID: cluster.id,
    CONFINEMENT: lines(confinement),
    // With routed pods the Node API gives every node its range, together with the route to it.
    ALLOCATE_NODE_CIDRS: kubernetes.plugin !== 'routed',
    POD_CIDR: kubernetes.podCIDR,
    NODE_MASK_SIZE: kubernetes.nodeMaskSize,
    SERVICE_CIDR: kubernetes.serviceCIDR,
    CLOUD_PROVIDER: cloudProviderFlag(kubernetes),
    EXTRA_ARGUMENTS: flagLines(kubernetes.extraArguments['kube-controller-manager']),
  });
}

const schedulerUnit = ({ extraArguments }: KubernetesBlueprint): string =>
  fill(schedulerService, {
    CONFINEMENT: lines(confinement),
    EXTRA_ARGUMENTS: flagLines(extraArguments['kube-scheduler']),
  });

const admission = ({ podSecurity }: KubernetesBlueprint): string =>
  fill(admissionConfiguration, { LEVEL: podSecurity });

function authentication({ oidc }: KubernetesBlueprint): string {
  if (oidc === undefined) return fill(authenticationConfiguration, { JWT: yaml([]) });
  // Users of the provider are never taken for the cluster's own: both claims get its URL before them.
  const prefix = `${oidc.issuerUrl}#`;
  const provider = {
    issuer: { url: oidc.issuerUrl, audiences: [oidc.clientId] },
    claimMappings: {
      username: { claim: oidc.usernameClaim, prefix },
      groups: { claim: oidc.groupsClaim, prefix },
    },
  };
  return fill(authenticationConfiguration, { JWT: yaml([provider]) });
}
