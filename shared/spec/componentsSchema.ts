import * as z from 'zod';
import { argumentName, argumentValue, httpsUrl, urlPath, word } from './texts.ts';

const component = z
  .strictObject({
    extraArguments: z
      .record(argumentName, argumentValue)
      .default({})
      .describe(
        'Flags and their values, without the leading hyphens. Flags that kubestep sets itself, or that could stop the component, are refused',
      ),
  })
  .prefault({})
  .describe('Additional flags of this component');

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
  issuerUrl: httpsUrl.describe('URL of the identity provider, exactly as in the issuer claim of its tokens'),
  clientId: word.describe('Client id that the tokens must be issued for (their audience)'),
  usernameClaim: word.default('sub').describe('Claim that holds the name of the user'),
  groupsClaim: word.default('groups').describe('Claim that holds the groups of the user'),
});

const words = (meaning: string) => z.array(word).max(100).optional().describe(meaning);

const auditRule = z.strictObject({
  level: z
    .enum(['None', 'Metadata', 'Request', 'RequestResponse'])
    .describe('What is logged for a request that matches: nothing, its metadata, also its body, or also the response'),
  users: words('Users whose requests match. Default: all'),
  userGroups: words('Groups of users whose requests match. Default: all'),
  verbs: words('Verbs that match, such as get or create. Default: all'),
  namespaces: words('Namespaces that match. Default: all'),
  resources: z
    .array(
      z.strictObject({
        group: z
          .union([z.literal(''), word])
          .default('')
          .describe('API group; empty is the core group'),
        resources: words('Resources of the group, such as pods. Default: all'),
        resourceNames: words('Names of the objects. Default: all'),
      }),
    )
    .max(100)
    .optional()
    .describe('Kinds of objects that match. Default: all'),
  nonResourceURLs: z
    .array(urlPath)
    .max(100)
    .optional()
    .describe('Paths that match and are not objects, such as /healthz*'),
});

/** `spec.auditPolicy`: the rules of an audit.k8s.io/v1 Policy; the first that matches decides. */
export const auditPolicy = z
  .strictObject({
    rules: z.array(auditRule).min(1).max(200).describe('Rules in order; the first that matches decides'),
  })
  .describe(
    'Audit policy of the API server. Default: metadata of every request, whole changes of roles and bindings, never the content of Secrets',
  );
