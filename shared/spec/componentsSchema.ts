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
  .prefault({})
  .describe('Flags of this component');

/** `spec.components` */
export const components = z.strictObject({
  'kube-apiserver': component,
  'kube-controller-manager': component,
  'kube-scheduler': component,
  kubelet: component,
  'kube-proxy': component,
  etcd: component,
});

export type ComponentName = keyof z.infer<typeof components>;

/** `spec.oidc` */
export const oidc = z.strictObject({
  issuerUrl: httpsUrl.describe('Of the identity provider, as its tokens say it'),
  clientId: word.describe('The audience of its tokens'),
  usernameClaim: word.default('sub').describe('Who it is'),
  groupsClaim: word.default('groups').describe('Which groups they are in'),
});

const words = (meaning: string) => z.array(word).max(100).optional().describe(meaning);

const auditRule = z.strictObject({
  level: z.enum(['None', 'Metadata', 'Request', 'RequestResponse']).describe('How much is written'),
  users: words('Whose requests; everyone unless told'),
  userGroups: words('Whose requests, by group'),
  verbs: words('Which verbs; all unless told'),
  namespaces: words('In which namespaces; all unless told'),
  resources: z
    .array(
      z.strictObject({
        group: z
          .union([z.literal(''), word])
          .default('')
          .describe('The API group; empty is the first one'),
        resources: words('Their names, such as pods; all of the group unless told'),
        resourceNames: words('Which objects, by name'),
      }),
    )
    .max(100)
    .optional()
    .describe('Which objects; every one unless told'),
  nonResourceURLs: z.array(urlPath).max(100).optional().describe('Paths that are no objects'),
});

/** `spec.auditPolicy`: the rules of an audit.k8s.io/v1 Policy; the first that matches decides. */
export const auditPolicy = z
  .strictObject({ rules: z.array(auditRule).min(1).max(200).describe('In this order; the first that matches decides') })
  .describe('Default: who did what to which object, bodies only where access is granted, never of Secrets');
