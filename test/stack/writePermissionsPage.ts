import { writeFileSync } from 'node:fs';
import { deployPolicies } from './deployPolicy.ts';
import { packagedStack } from './packagedStack.ts';
import { permissionsPage } from './permissionsPage.ts';

const stack = await packagedStack();
writeFileSync('docs/permissions.md', permissionsPage(stack));
for (const [file, policy] of Object.entries(deployPolicies(stack)))
  writeFileSync(`docs/${file}`, `${JSON.stringify(policy, undefined, 2)}\n`);
