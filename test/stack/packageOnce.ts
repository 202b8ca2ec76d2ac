import { packageTemplate } from '../../local/deployment/packageTemplate.ts';

// Tests run side by side and each may need the template first; packaging twice at once would meet in one folder.
await packageTemplate(process.cwd());
