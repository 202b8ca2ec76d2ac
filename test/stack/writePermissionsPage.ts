import { writeFileSync } from 'node:fs';
import { packagedStack } from './packagedStack.ts';
import { permissionsPage } from './permissionsPage.ts';

writeFileSync('docs/permissions.md', permissionsPage(await packagedStack()));
