import { randomBytes } from 'node:crypto';
import { newUniqueId } from '../iam/identifiers.ts';
import type { RoleSession } from '../principal.ts';
import { nowOf, tableOf, type World } from '../world.ts';

/** Whom temporary credentials stand for. */
interface SessionRow {
  readonly session: RoleSession;
  readonly expiresAt: number;
}

/** The secret half of temporary credentials, in a table of its own: no two runs of one seed share it. */
interface Secret {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Temporary credentials. */
export interface Session extends SessionRow, Secret {
  readonly accessKeyId: string;
}

const sessions = tableOf<SessionRow>('sts.sessions');
const secrets = tableOf<Secret>('sts.secrets');

/** The session of an access key; undefined once it has expired. */
export function sessionOf(world: World, accessKeyId: string): Session | undefined {
  const row = sessions(world).get(accessKeyId);
  const secret = secrets(world).get(accessKeyId);
  return row && secret && row.expiresAt > nowOf(world) ? { accessKeyId, ...row, ...secret } : undefined;
}

/** Hands out credentials for a session: real secrets, since `serve` checks signatures made with them. */
export function issueCredentials(world: World, session: RoleSession, seconds: number): Session {
  const accessKeyId = newUniqueId(world, 'ASIA');
  const row: SessionRow = { session, expiresAt: nowOf(world) + seconds * 1000 };
  const secret: Secret = {
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
  };
  sessions(world).put(accessKeyId, row);
  secrets(world).put(accessKeyId, secret);
  return { accessKeyId, ...row, ...secret };
}
