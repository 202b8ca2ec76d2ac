import * as z from 'zod';

/** Who calls the Node API, as API Gateway has verified it. */
export interface Caller {
  readonly arn: string;
  readonly account: string;
  readonly roleName: string;
  /** AROA…: unique for good, where the name is not. */
  readonly roleId: string;
  /** EC2 names an instance's session after the instance, and nobody but EC2 may assume the role. */
  readonly instanceId: string;
}

/** An event of an HTTP API (payload 2.0) behind IAM authorisation, as far as it is read here. */
export const nodeApiEvent = z.object({
  routeKey: z.string(),
  queryStringParameters: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
  requestContext: z.object({
    authorizer: z.object({
      iam: z.object({ accountId: z.string(), userArn: z.string(), callerId: z.string() }),
    }),
  }),
});

export type NodeApiEvent = z.infer<typeof nodeApiEvent>;

const instanceSession = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/(i-[0-9a-f]{8,17})$/;
const instanceCaller = /^(AROA[A-Z0-9]{8,32}):(i-[0-9a-f]{8,17})$/;

/** The instance behind a request; undefined for everybody who is none. */
export function callerOf({ requestContext }: NodeApiEvent): Caller | undefined {
  const { accountId, userArn, callerId } = requestContext.authorizer.iam;
  const [, account, roleName, instanceId] = instanceSession.exec(userArn) ?? [];
  const [, roleId, sameInstance] = instanceCaller.exec(callerId) ?? [];
  if (!account || !roleName || !instanceId || !roleId) return undefined;
  if (account !== accountId || instanceId !== sameInstance) return undefined;
  return { arn: userArn, account, roleName, roleId, instanceId };
}
