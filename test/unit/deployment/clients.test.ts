import { readdirSync } from 'node:fs';
import { clients } from '../../../local/deployment/clients.ts';

test('every SDK client of the product is turned to the model', () => {
  const files = readdirSync('shared/aws/clients').map((file) => file.replace(/\.ts$/, ''));
  expect(Object.keys(clients).sort()).toEqual(files.sort());
});
