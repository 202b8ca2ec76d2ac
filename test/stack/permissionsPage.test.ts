import { readFileSync } from 'node:fs';
import { packagedStack } from './packagedStack.ts';
import { commonStatements, permissionsPage } from './permissionsPage.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

test('docs/permissions.md says what the packaged template grants (npm run docs:permissions writes it)', async () => {
  const page = permissionsPage(await packagedStack());
  expect(readFileSync('docs/permissions.md', 'utf8').split('\n')).toEqual(page.split('\n'));
});

test('the page has a part for every function, state machine and policy', async () => {
  const stack = await packagedStack();
  const page = permissionsPage(stack);
  for (const { name } of [...stack.functions, ...stack.machines]) expect(page).toContain(`\n### ${name}\n`);
  expect(page).toContain('\n### PermissionsBoundary\n');
  const own = [...stack.statements.values()].flat().flatMap(({ Sid = '' }) => Sid);
  for (const sid of own.filter((name) => !commonStatements.has(name))) expect(page).toContain(`- **${sid}**`);
});
