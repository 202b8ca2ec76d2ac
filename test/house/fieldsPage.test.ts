import { readFileSync } from 'node:fs';
import { documentField, withAllBelow } from '../../cli/explain/field.ts';
import { clusterJsonSchema } from '../../shared/spec/jsonSchema.ts';
import { fieldsPage } from './fieldsPage.ts';

test('docs/cluster-fields.md describes the schema that is checked (npm run docs:fields writes it)', () => {
  expect(readFileSync('docs/cluster-fields.md', 'utf8').split('\n')).toEqual(fieldsPage().split('\n'));
});

test('every field is on the page, with a description that says more than its name', () => {
  const page = fieldsPage();
  const fields = withAllBelow(documentField(clusterJsonSchema())).slice(1);
  expect(fields.length).toBeGreaterThan(100);
  for (const { name, description } of fields) {
    expect(page).toContain(`\`${name}\``);
    expect(description).toMatch(/^[A-Zaips].* .* ./);
    expect(description).not.toMatch(/\.$/); // the page ends the sentence
  }
});
