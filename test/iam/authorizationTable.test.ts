import { readFileSync } from 'node:fs';
import { authorizationTableText } from './authorizationTable.ts';

test('the model’s table of condition keys is AWS’s reference (npm run reference:iam writes it)', async () => {
  const written = readFileSync('local/cloud/iam/authorizationTable.json', 'utf8');
  expect(written === (await authorizationTableText())).toBe(true);
});
