import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../cli/sha256.ts';
import { aServedAccount } from './servedAccount.ts';

test('a query parameter that a request repeats reaches the function as API Gateway joins it, so that no value is lost', async () => {
  const account = await aServedAccount();
  const asked = jest.spyOn(account.embedded, 'request').mockResolvedValue({ status: 200, body: '{}' });
  try {
    const { host, hostname, port, origin } = new URL(account.client.endpoint);
    const { credentials, region } = account.client;
    const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
    const path = '/clusters/demo/protection';
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path,
      query: { protected: ['true', 'false'] },
      headers: { host },
    });
    await fetch(`${origin}${path}?protected=true&protected=false`, { method: 'POST', headers });
    expect(asked).toHaveBeenCalledWith(expect.objectContaining({ path, query: { protected: 'true,false' } }));
  } finally {
    await account.close();
  }
});
