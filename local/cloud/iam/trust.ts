import { AwsError } from '../errors.ts';
import { nowOf, type World } from '../world.ts';
import { parsePolicyDocument } from './policyDocument.ts';
import { roleByName, roleOf } from './roles.ts';

/** The first principal of a policy that AWS cannot find (yet): a policy that names one is refused when it is put. */
export function missingPrincipal(world: World, document: string): string | undefined {
  const parsed = parsePolicyDocument(document);
  if (typeof parsed === 'string') return undefined;
  const named = parsed.Statement.flatMap(({ Principal }) =>
    typeof Principal === 'object' ? (Principal.AWS ?? []) : [],
  );
  return named.find((name) => !isKnownPrincipal(world, name));
}

/** Refuses a trust policy that names someone who does not exist. */
export function checkTrustedPrincipals(world: World, document: string): void {
  const missing = missingPrincipal(world, document);
  if (missing === undefined) return;
  throw new AwsError('MalformedPolicyDocumentException', `Invalid principal in policy: "AWS":"${missing}"`);
}

function isKnownPrincipal(world: World, name: string): boolean {
  if (name === '*' || name === world.account) return true;
  const [, service, account, kind, path] = /^arn:aws:(iam|sts)::(\d{12}):([a-z-]+)(?:\/(.*))?$/.exec(name) ?? [];
  if (account !== world.account) return false;
  if (kind === 'root' || kind === 'user') return true;
  const role = service === 'sts' ? roleByName(world, path?.split('/')[0] ?? '') : roleOf(world, name);
  return role !== undefined && role.usableAt <= nowOf(world);
}
