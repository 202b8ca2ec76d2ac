import { writeFileSync } from 'node:fs';
import { deployPolicy } from './deployPolicy.ts';
import { packagedStack } from './packagedStack.ts';
import { permissionsPage } from './permissionsPage.ts';

const stack = await packagedStack();
writeFileSync('docs/permissions.md', permissionsPage(stack));
writeFileSync('docs/deploy-policy.json', `${JSON.stringify(deployPolicy(stack), undefined, 2)}\n`);
