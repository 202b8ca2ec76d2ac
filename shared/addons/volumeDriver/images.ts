/** Of one release (aws-ebs-csi-driver v1.64.0 and the sidecars of its chart 2.64.0, August 2026). */
export const images = {
  driver: 'public.ecr.aws/ebs-csi-driver/aws-ebs-csi-driver:v1.64.0',
  provisioner: 'public.ecr.aws/csi-components/csi-provisioner:v6.3.0-eksbuild.4',
  attacher: 'public.ecr.aws/csi-components/csi-attacher:v4.12.0-eksbuild.5',
  resizer: 'public.ecr.aws/csi-components/csi-resizer:v2.2.1-eksbuild.3',
  registrar: 'public.ecr.aws/csi-components/csi-node-driver-registrar:v2.17.0-eksbuild.5',
  livenessProbe: 'public.ecr.aws/csi-components/livenessprobe:v2.19.0-eksbuild.5',
} as const;

/** What Kubernetes calls the driver. */
export const driverName = 'ebs.csi.aws.com';

/** The driver asks itself whether it is well here (port of the liveness probe's container). */
export const health = {
  ports: [{ name: 'healthz', containerPort: 9808, protocol: 'TCP' }],
  livenessProbe: {
    httpGet: { path: '/healthz', port: 'healthz' },
    initialDelaySeconds: 10,
    timeoutSeconds: 60,
    periodSeconds: 10,
    failureThreshold: 5,
  },
} as const;
