import { writeFileSync } from 'node:fs';
import { apiPage, openApiDocument } from './apiPage.ts';

writeFileSync('docs/api.md', apiPage());
writeFileSync('docs/openapi.json', `${JSON.stringify(openApiDocument(), null, 2)}\n`);
