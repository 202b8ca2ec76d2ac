import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { CommandFailure, exitCodes } from './exitCodes.ts';
import { Sha256 } from './sha256.ts';
import { steadyTarget } from './steadyTarget.ts';
import { type ApiRequest, type Target, Unreachable } from './target.ts';
import { ownTime } from './time.ts';

/** Describing a run costs a few reads; a person sees no difference below this. */
const pollMilliseconds = 3000;

/** API Gateway ends a request after 30 seconds (source: quotas of HTTP APIs). */
const requestTimeoutMilliseconds = 35_000;

/** A deployment in AWS, and how its context wants requests signed; everything else comes from the environment and ~/.aws. */
export interface AwsDeployment {
  readonly endpoint: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** A deployment in AWS, asked with the signature of the caller's own credentials. */
export function openAwsTarget({ endpoint, region, profile }: AwsDeployment): Target {
  const credentials = defaultProvider(profile === undefined ? {} : { profile });
  return steadyTarget(openSignedTarget({ kind: 'aws', endpoint, region, credentials, pollMilliseconds }));
}

/** An HTTP API that wants signatures, and who signs. */
export interface SignedTarget extends Pick<Target, 'kind' | 'pollMilliseconds'> {
  readonly endpoint: string;
  /** Where the endpoint does not name it, and the environment should not say it. */
  readonly region?: string | undefined;
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
}

/** The deployment behind an endpoint: in AWS, or of a world that another process of this machine serves. */
export function openSignedTarget({ kind, endpoint, region, credentials, pollMilliseconds }: SignedTarget): Target {
  const base = new URL(endpoint);
  const signer = new SignatureV4({
    service: 'execute-api',
    region: regionOf(base, region),
    credentials,
    sha256: Sha256,
  });
  // A served world has its own time, and says it with each answer.
  let aheadMilliseconds = 0;

  return {
    kind,
    endpoint: base.origin,
    pollMilliseconds,
    now: () => ownTime.now() + aheadMilliseconds,
    pause: ownTime.pause,
    close: () => Promise.resolve(),
    async request({ method, path, query, body }: ApiRequest) {
      const signed = await signer
        .sign({
          method,
          protocol: base.protocol,
          hostname: base.hostname,
          ...(base.port !== '' && { port: Number(base.port) }),
          path: base.pathname.replace(/\/$/, '') + path,
          query: { ...query },
          headers: { host: base.host, ...(body !== undefined && { 'content-type': 'application/yaml' }) },
          ...(body !== undefined && { body }),
        })
        .catch((error: Error) => {
          throw new CommandFailure(exitCodes.unreachable, noCredentials(error), { cause: error });
        });
      const url = new URL(signed.path, base);
      for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
      const { host: _, ...headers } = signed.headers;
      const answer = await fetch(url, {
        method,
        headers,
        signal: AbortSignal.timeout(requestTimeoutMilliseconds),
        ...(body !== undefined && { body }),
      }).catch((error: Error) => {
        throw new Unreachable(base.origin, error);
      });
      const worldTime = Date.parse(answer.headers.get('kubestep-world-time') ?? '');
      if (!Number.isNaN(worldTime)) aheadMilliseconds = worldTime - ownTime.now();
      return { status: answer.status, body: parse(await answer.text()) };
    },
  };
}

/** `abc.execute-api.eu-west-1.amazonaws.com` names its region; an own domain does not. */
function regionOf({ hostname }: URL, said: string | undefined): string {
  const named = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(hostname)?.[1];
  return named ?? said ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 500) };
  }
}

const noCredentials = (error: Error): string =>
  `There are no AWS credentials to sign with (${error.message}). Set AWS_PROFILE, or sign in: aws sso login.`;
