import * as z from 'zod';
import { argumentName, argumentValue, httpsUrl, urlPath, word } from './texts.ts';

const component = z
  .strictObject({
    extraArguments: z
      .record(argumentName, argumentValue)
      .default({})
      .describe(
        'Flags without their hyphens. Only those that kubestep does not set and that cannot break what it promises',
      ),
  })
  .prefault({});

/** `spec.components` */
export const components = z.strictObject({
  'kube-apiserver': component,
  'kube-controller-manager': component,
  'kube-scheduler': component,
  kubelet: component,
  'kube-proxy': component,
  etcd: component,
});

/** `spec.oidc` */
export const oidc = z.strictObject({
  issuerUrl: httpsUrl,
  clientId: word,
  usernameClaim: word.default('sub'),
  groupsClaim: word.default('groups'),
});

const words = z.array(word).max(100).optional();

const auditRule = z.strictObject({
  level: z.enum(['None', 'Metadata', 'Request', 'RequestResponse']),
  users: words,
  userGroups: words,
  verbs: words,
  namespaces: words,
  resources: z
    .array(
      z.strictObject({ group: z.union([z.literal(''), word]).default(''), resources: words, resourceNames: words }),
    )
    .max(100)
    .optional(),
  nonResourceURLs: z.array(urlPath).max(100).optional(),
});

/** `spec.auditPolicy`: the rules of an audit.k8s.io/v1 Policy; the first that matches decides. */
export const auditPolicy = z
  .strictObject({ rules: z.array(auditRule).min(1).max(200) })
  .describe('Default: who did what to which object, bodies only where access is granted, never of Secrets');
