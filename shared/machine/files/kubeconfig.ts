import { file } from '../template.ts';

/**
 * /etc/kubernetes/COMPONENT.kubeconfig. Certificates stand in it by their paths: embedded ones would not be read again
 * when they are renewed.
 */
export const kubeconfig = file`
apiVersion: v1
kind: Config
clusters:
  - name: cluster
    cluster:
      server: @@SERVER@@
      certificate-authority: /etc/kubernetes/pki/kubernetes-ca.crt
users:
  - name: user
    user:
      client-certificate: @@CERTIFICATE@@
      client-key: @@KEY@@
contexts:
  - name: context
    context: {cluster: cluster, user: user}
current-context: context
`;
