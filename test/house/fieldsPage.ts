import { childrenOf, documentField, type Field, withAllBelow } from '../../cli/explain/field.ts';
import { clusterJsonSchema } from '../../shared/spec/jsonSchema.ts';
import { effectOf, effectText } from '../../shared/validation/effects.ts';

const introduction = `# Fields of cluster.yaml

Generated from the schema that kubestep checks by \`npm run docs:fields\`; a test compares it. Do not edit it by hand.
\`kubestep explain spec.network\` prints the same on the command line, and [cluster.schema.json](cluster.schema.json) is for editors.
[events/secondCluster.yaml](../events/secondCluster.yaml) uses most of these fields.

**Required** fields have no default. **Later** says what a change costs once the cluster exists:

- *never*: the change is refused by the field's path, with the reason. It takes a second cluster.
- *not yet*: no workflow of this version makes the change, and \`kubestep reconfigure\` refuses it by the field's path. What it will take
  is said behind it.
- Everything else is what \`kubestep reconfigure\` does, and roughly how long it takes.
`;

/** The page docs/cluster-fields.md. */
export function fieldsPage(): string {
  const document = documentField(clusterJsonSchema());
  const withFields = withAllBelow(document).filter((field) => field.shapes.length > 0);
  return [introduction, ...withFields.map(section)].join('\n');
}

/** Fields of one shape in one table; where shapes exclude each other, a table for each. */
function section(field: Field): string {
  const heading = field.path === '' ? '## The file' : `## ${field.path}`;
  const tables = field.shapes.map(({ description, fields }) =>
    [...(field.shapes.length > 1 ? [`${description}:`, ''] : []), ...tableOf(fields)].join('\n'),
  );
  return [heading, '', ...(field.path === '' ? [] : [`${field.description}.`, '']), tables.join('\n\n'), ''].join('\n');
}

const tableOf = (fields: readonly Field[]): string[] => [
  '| Field | Type | Default | Allowed | What it is | Later |',
  '|---|---|---|---|---|---|',
  ...fields.map(row),
];

function row(field: Field): string {
  const name = childrenOf(field).length > 0 ? `[\`${field.name}\`](#${anchorOf(field.path)})` : `\`${field.name}\``;
  const cells = [name, field.type, defaultText(field), field.allowed, `${field.description}.`, laterText(field)];
  return `| ${cells.map(escaped).join(' | ')} |`;
}

/** As GitHub makes anchors of headings. */
const anchorOf = (path: string): string => path.toLowerCase().replaceAll('.', '');

function defaultText({ isRequired, default: standard }: Field): string {
  if (isRequired) return '**required**';
  if (standard === undefined || JSON.stringify(standard) === '{}') return '';
  return `\`${typeof standard === 'string' ? standard || '""' : JSON.stringify(standard)}\``;
}

function laterText({ path, shapes }: Field): string {
  const named = path.replace(/^spec\.nodeGroups(?=\.)/, 'spec.nodeGroups[name]');
  return shapes.length > 0 || !path.includes('.') ? '' : effectText(effectOf(named));
}

/** Patterns hold characters that end a cell of a table. */
const escaped = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('*', '\\*')
    .replace(/^\\\*\\\*required\\\*\\\*$/, '**required**');
