import { file } from '../template.ts';

/** /etc/kubernetes/credential-providers.yaml: images of ECR are pulled with the rights of the machine's role. */
export const credentialProviders = file`
apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: ecr-credential-provider
    apiVersion: credentialprovider.kubelet.k8s.io/v1
    matchImages: ["*.dkr.ecr.*.amazonaws.com", "*.dkr.ecr.*.amazonaws.com.cn"]
    defaultCacheDuration: 12h
`;
