import { file } from '../template.ts';

/** /etc/kubernetes/admission.yaml. Namespaces may ask for a stricter level, or for a weaker one, by their label. */
export const admissionConfiguration = file`
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
  - name: PodSecurity
    configuration:
      apiVersion: pod-security.admission.config.k8s.io/v1
      kind: PodSecurityConfiguration
      defaults:
        enforce: @@LEVEL@@
        enforce-version: latest
        warn: @@LEVEL@@
        warn-version: latest
      exemptions:
        usernames: []
        runtimeClasses: []
        namespaces: [@@EXEMPT_NAMESPACES@@]
`;
