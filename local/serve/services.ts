import type { CallerErrors } from './authenticate.ts';
import { jsonProtocol } from './protocols/json.ts';
import { plainJsonProtocol } from './protocols/plainJson.ts';
import type { Protocol } from './protocols/protocol.ts';
import { queryProtocol } from './protocols/query.ts';
import { restJsonProtocol } from './protocols/restJson.ts';
import { s3Protocol } from './protocols/s3.ts';
import { type ServiceSchemas, schemasOf } from './schemas.ts';

/** A service as clients know it. */
export interface ServedService {
  readonly protocol: Protocol;
  readonly callerErrors: CallerErrors;
}

/** The names of a caller's faults by the family of the protocol (source: "Common errors" of each API reference). */
const jsonErrors = { unknownKey: 'UnrecognizedClientException', wrongSignature: 'InvalidSignatureException' };
const queryErrors = { unknownKey: 'InvalidClientTokenId', wrongSignature: 'SignatureDoesNotMatch' };
const ec2Errors = { unknownKey: 'AuthFailure', wrongSignature: 'AuthFailure' };
const s3Errors = { unknownKey: 'InvalidAccessKeyId', wrongSignature: 'SignatureDoesNotMatch' };

type Client = () => Promise<Readonly<Record<string, unknown>>>;

const json = (client: Client, version: '1.0' | '1.1') => async (): Promise<ServedService> => ({
  protocol: jsonProtocol(await schemas(client), version),
  callerErrors: jsonErrors,
});
const query = (client: Client, xmlNamespace: string) => async (): Promise<ServedService> => ({
  protocol: queryProtocol(await schemas(client), 'query', xmlNamespace),
  callerErrors: queryErrors,
});
const restJson = (client: Client) => async (): Promise<ServedService> => ({
  protocol: restJsonProtocol(await schemas(client)),
  callerErrors: jsonErrors,
});

async function schemas(client: Client): Promise<ServiceSchemas> {
  return schemasOf(await client());
}

/** By the name that signatures are scoped to, which is the prefix of the service's IAM actions. Namespaces and versions are the SDK's. */
const services: Readonly<Record<string, () => Promise<ServedService>>> = {
  autoscaling: query(() => import('@aws-sdk/client-auto-scaling'), 'http://autoscaling.amazonaws.com/doc/2011-01-01/'),
  dynamodb: json(() => import('@aws-sdk/client-dynamodb'), '1.0'),
  ec2: async () => ({
    protocol: queryProtocol(
      await schemas(() => import('@aws-sdk/client-ec2')),
      'ec2',
      'http://ec2.amazonaws.com/doc/2016-11-15/',
    ),
    callerErrors: ec2Errors,
  }),
  ecr: async () => ({ protocol: plainJsonProtocol(), callerErrors: jsonErrors }),
  elasticloadbalancing: query(
    () => import('@aws-sdk/client-elastic-load-balancing-v2'),
    'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  ),
  events: json(() => import('@aws-sdk/client-eventbridge'), '1.1'),
  iam: query(() => import('@aws-sdk/client-iam'), 'https://iam.amazonaws.com/doc/2010-05-08/'),
  kms: json(() => import('@aws-sdk/client-kms'), '1.1'),
  lambda: restJson(() => import('@aws-sdk/client-lambda')),
  logs: async () => ({ protocol: plainJsonProtocol(), callerErrors: jsonErrors }),
  s3: async () => ({
    protocol: s3Protocol(await schemas(() => import('@aws-sdk/client-s3'))),
    callerErrors: s3Errors,
  }),
  scheduler: restJson(() => import('@aws-sdk/client-scheduler')),
  servicequotas: json(() => import('@aws-sdk/client-service-quotas'), '1.1'),
  ssm: json(() => import('@aws-sdk/client-ssm'), '1.1'),
  states: json(() => import('@aws-sdk/client-sfn'), '1.0'),
  sts: query(() => import('@aws-sdk/client-sts'), 'https://sts.amazonaws.com/doc/2011-06-15/'),
};

const loaded = new Map<string, Promise<ServedService>>();

/** The service that a signature is scoped to; undefined where the model has none. Its schemas are read at the first use. */
export function servedService(name: string): Promise<ServedService> | undefined {
  const known = loaded.get(name) ?? (Object.hasOwn(services, name) ? services[name]?.() : undefined);
  if (known) loaded.set(name, known);
  return known;
}
