import { file } from '../template.ts';

/** /etc/kubernetes/authentication.yaml. Without a certificate or token only health is answered: the load balancer asks for it. */
export const authenticationConfiguration = file`
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions:
    - path: /livez
    - path: /readyz
    - path: /healthz
jwt: @@JWT@@
`;
