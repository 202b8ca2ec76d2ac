import { createRealClock } from '../clock/realClock.ts';
import { AwsError } from '../cloud/errors.ts';
import type { Principal } from '../cloud/principal.ts';
import { isSame } from '../cloud/s3/signature.ts';
import { sessionOf } from '../cloud/sts/sessions.ts';
import { nowOf, type World } from '../cloud/world.ts';
import { administratorOf } from '../deployment/administrator.ts';
import type { AccessKey } from './accessKey.ts';
import type { WireRequest } from './message.ts';
import { expectedSignature, type Signature, sha256, signedAt } from './signature.ts';

/** How a service names what is wrong with a caller. */
export interface CallerErrors {
  readonly unknownKey: string;
  readonly wrongSignature: string;
}

/** Clients sign with this machine's time, whatever the world's is. */
const clientsClock = createRealClock();

/** How far the clocks of client and server may differ (source: S3 API reference, RequestTimeTooSkewed). */
const longestSkewMilliseconds = 15 * 60_000;

/** The longest life of a signed URL (source: S3 user guide, "Sharing objects with presigned URLs"). */
const longestSeconds = 7 * 86_400;

/** Who signed this request; throws where nobody known did, or where it was changed or is too old. */
export function authenticate(
  world: World,
  key: AccessKey,
  request: WireRequest,
  signature: Signature,
  errors: CallerErrors,
): Principal {
  const caller = callerOf(world, key, signature);
  if (!caller) throw new AwsError(errors.unknownKey, 'The security token included in the request is invalid.', 403);
  if (signature.scope.region !== world.region) {
    const message = `Credential should be scoped to a valid region, ${world.region}, not ${signature.scope.region}.`;
    throw new AwsError(errors.wrongSignature, message, 403);
  }
  refuseUnsignedHeaders(request, signature, errors);
  if (!isSame(expectedSignature(request, signature, caller.secretAccessKey), signature.signature)) {
    const message =
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';
    throw new AwsError(errors.wrongSignature, message, 403);
  }
  refuseOld(signature, caller.now(), errors);
  refuseOtherBody(request, signature);
  return caller.principal;
}

interface Caller {
  readonly principal: Principal;
  readonly secretAccessKey: string;
  /** The time that the caller signs with. */
  now(): number;
}

function callerOf(
  world: World,
  key: AccessKey,
  { scope, sessionToken, expiresInSeconds }: Signature,
): Caller | undefined {
  if (scope.accessKeyId === key.accessKeyId) {
    const { secretAccessKey } = key;
    return { principal: administratorOf(world), secretAccessKey, now: clientsClock.now };
  }
  const session = sessionOf(world, scope.accessKeyId);
  if (!session || sessionToken === undefined || !isSame(session.sessionToken, sessionToken)) return undefined;
  const { secretAccessKey } = session;
  // URLs are signed by functions, which live in the world's time.
  const now = expiresInSeconds === undefined ? clientsClock.now : () => nowOf(world);
  return { principal: session.session, secretAccessKey, now };
}

/** What a header of AWS says counts only if it was signed; so does the name of the server. */
function refuseUnsignedHeaders({ headers }: WireRequest, { signedHeaders }: Signature, errors: CallerErrors): void {
  const missing = Object.keys(headers)
    .filter((name) => name === 'host' || name.startsWith('x-amz-'))
    .find((name) => !signedHeaders.includes(name));
  if (missing === undefined) return;
  throw new AwsError(errors.wrongSignature, `The header ${missing} was present in the request and not signed`, 403);
}

function refuseOld(signature: Signature, now: number, errors: CallerErrors): void {
  const at = signedAt(signature);
  const { expiresInSeconds, scope } = signature;
  if (expiresInSeconds === undefined) {
    if (Math.abs(now - at) <= longestSkewMilliseconds) return;
    const name = scope.service === 's3' ? 'RequestTimeTooSkewed' : errors.wrongSignature;
    throw new AwsError(name, `Signature not current: it was made at ${signature.date}`, 403);
  }
  if (!(expiresInSeconds >= 1 && expiresInSeconds <= longestSeconds)) {
    const message = `X-Amz-Expires must be between 1 and ${longestSeconds} seconds`;
    throw new AwsError('AuthorizationQueryParametersError', message);
  }
  if (now < at + expiresInSeconds * 1000 && at <= now + longestSkewMilliseconds) return;
  throw new AwsError('AccessDenied', 'Request has expired', 403);
}

/** Only S3 takes bodies that were not signed (source: S3 API reference, "Authenticating requests: using the Authorization header"). */
function refuseOtherBody(request: WireRequest, { scope }: Signature): void {
  const promised = request.headers['x-amz-content-sha256'] ?? request.query.get('X-Amz-Content-Sha256') ?? undefined;
  if (promised === undefined || promised === sha256(request.body)) return;
  if (scope.service === 's3' && ['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'].includes(promised)) return;
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw new AwsError('XAmzContentSHA256Mismatch', message);
}
