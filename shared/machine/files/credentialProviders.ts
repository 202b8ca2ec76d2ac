import { file } from '../template.ts';

/**
 * /etc/kubernetes/credential-providers.yaml: images of ECR are pulled with the rights of the machine's role, by any of the names
 * that the plugin knows for a registry (source: cloud-provider-aws 1.36.1, cmd/ecr-credential-provider).
 */
export const credentialProviders = file`
apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: ecr-credential-provider
    apiVersion: credentialprovider.kubelet.k8s.io/v1
    matchImages:
      - "*.dkr.ecr.*.amazonaws.com"
      - "*.dkr.ecr-fips.*.amazonaws.com"
      - "*.dkr.ecr.*.amazonaws.com.cn"
      - "*.dkr-ecr.*.on.aws"
    defaultCacheDuration: 12h
`;
