import type { Principal } from '../../local/cloud/principal.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import { aKeyPair, aSigningRequest } from './authorities.ts';
import type { Answer, TestAccount } from './embeddedWorld.ts';

interface Asked {
  readonly principal?: Principal;
  readonly cluster?: string;
  readonly group?: string;
  readonly hours?: string;
  readonly signingRequest?: string;
}

/** Asks for what a kubeconfig is made of, as somebody who knows the route and not the command. */
export async function askForKubeconfig(
  account: TestAccount,
  { principal, cluster = 'demo', group = 'viewers', hours, signingRequest }: Asked = {},
): Promise<{ status: number; body: Answer }> {
  const answer = await account.until(
    account.request({
      principal: principal ?? administratorOf(account.world),
      method: 'POST',
      path: `/clusters/${cluster}/kubeconfig/${encodeURIComponent(group)}`,
      body: signingRequest ?? aSigningRequest(aKeyPair().privateKey),
      ...(hours !== undefined && { query: { hours } }),
    }),
  );
  return { status: answer.status, body: JSON.parse(answer.body) };
}
