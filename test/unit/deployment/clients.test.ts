import { readdirSync } from 'node:fs';
import { attemptsOf, clients } from '../../../local/deployment/clients.ts';

test('every SDK client of the product is turned to the model', () => {
  const files = readdirSync('shared/clients').map((file) => file.replace(/\.ts$/, ''));
  expect(Object.keys(clients).sort()).toEqual(files.sort());
});

test.each(Object.entries(clients))('%s sends a request as often on the model as it would to AWS', async (_, client) => {
  expect(await client.config.maxAttempts()).toBe(attemptsOf(client));
});
