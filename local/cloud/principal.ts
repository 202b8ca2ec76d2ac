/** Who makes a call. */
export type Principal =
  /** The account's administrator: deploys the stack and acts for the person at the keyboard. */
  | { readonly kind: 'administrator'; readonly arn: string }
  | RoleSession
  /** AWS itself, e.g. Auto Scaling launching an instance. */
  | { readonly kind: 'service'; readonly service: string };

export interface RoleSession {
  readonly kind: 'role';
  /** arn:aws:iam::123456789012:role/path/name */
  readonly roleArn: string;
  /** AROA…, which a role created again under the same name does not share. */
  readonly roleId: string;
  /** Chosen by the caller that assumed the role; the instance id for an instance profile. */
  readonly sessionName: string;
}

/** arn:aws:sts::123456789012:assumed-role/name/session: what CloudTrail and API Gateway show. */
export function sessionArn(session: RoleSession): string {
  const [prefix, path = ''] = session.roleArn.split(':role/');
  const account = prefix?.split(':')[4];
  return `arn:aws:sts::${account}:assumed-role/${path.split('/').at(-1)}/${session.sessionName}`;
}
