import { CreateVpcCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { ec2 } from '../../../shared/clients/ec2.ts';
import { ec2Once } from '../../../shared/clients/ec2Once.ts';
import { kmsOnce } from '../../../shared/clients/kmsOnce.ts';

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
});

/** Counts what a client sends while every answer is lost. */
async function sentBy<Client extends typeof ec2 | typeof kmsOnce>(
  client: Client,
  send: (client: Client) => Promise<unknown>,
): Promise<number> {
  let sent = 0;
  client.config.requestHandler = {
    ...client.config.requestHandler,
    handle: () => {
      sent += 1;
      return Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    },
  };
  await expect(send(client)).rejects.toThrow('socket hang up');
  return sent;
}

describe('a request whose answer is lost', () => {
  test('is sent once where a second one would create a second thing', async () => {
    expect(await sentBy(ec2Once, (client) => client.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' })))).toBe(1);
    expect(await sentBy(kmsOnce, (client) => client.send(new CreateKeyCommand({})))).toBe(1);
  });

  test('is sent again by the SDK where that creates nothing', async () => {
    expect(await sentBy(ec2, (client) => client.send(new DescribeVpcsCommand({})))).toBeGreaterThan(1);
  });
});
