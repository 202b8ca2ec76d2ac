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
