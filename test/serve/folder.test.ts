import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { accessKeyIn } from '../../local/serve/accessKey.ts';
import { environmentOf } from '../../local/serve/clientEnvironment.ts';
import { serveFolder } from '../../local/serve/serveFolder.ts';
import { aServedAccount, type ServedAccount } from './servedAccount.ts';

let account: ServedAccount;
let folder: string;
beforeAll(async () => {
  account = await aServedAccount();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-served-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => account.close());

test('the key of a world is made once, and only its owner can read it', () => {
  const made = accessKeyIn(folder);
  expect(accessKeyIn(folder)).toEqual(made);
  expect(made.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
  expect(made.secretAccessKey).toHaveLength(40);
  expect(readdirSync(folder)).toEqual(['accessKey.json']);
  expect(statSync(join(folder, 'accessKey.json')).mode & 0o777).toBe(0o600);
});

test('two worlds have two keys', () => {
  expect(accessKeyIn(folder)).not.toEqual(account.key);
});

test('a client that takes what is printed reaches the world, until nobody serves it any more', async () => {
  expect(environmentOf(folder)).toBeUndefined();
  const served = await serveFolder(folder, account.embedded, 0);
  const environment = environmentOf(folder) ?? {};
  const kms = new KMSClient({
    endpoint: String(environment.AWS_ENDPOINT_URL),
    region: String(environment.AWS_REGION),
    credentials: {
      accessKeyId: String(environment.AWS_ACCESS_KEY_ID),
      secretAccessKey: String(environment.AWS_SECRET_ACCESS_KEY),
    },
  });
  expect((await kms.send(new ListKeysCommand({}))).Keys).toEqual([]);
  kms.destroy();
  await served.close();
  expect(environmentOf(folder)).toBeUndefined();
});

test('a port that is taken is an error, not another port', async () => {
  const port = Number(new URL(account.served.endpoint).port);
  await expect(serveFolder(folder, account.embedded, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(environmentOf(folder)).toBeUndefined();
});
