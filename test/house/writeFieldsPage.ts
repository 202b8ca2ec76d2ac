import { writeFileSync } from 'node:fs';
import { clusterJsonSchema } from '../../shared/spec/jsonSchema.ts';
import { fieldsPage } from './fieldsPage.ts';

writeFileSync('docs/cluster.schema.json', `${JSON.stringify(clusterJsonSchema(), null, 2)}\n`);
writeFileSync('docs/cluster-fields.md', fieldsPage());
