import { Command } from '@commander-js/extra-typings';
import { clusterJsonSchema } from '../../shared/spec/jsonSchema.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { documentField, type Field, type Shape } from '../explain/field.ts';
import { findField } from '../explain/findField.ts';
import { withOutput } from '../options.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep explain [FIELD]` */
export const explainVerb: Verb = (run) => {
  const verb = new Command('explain')
    .summary('describe a field of cluster.yaml')
    .description(
      'Describes a field of cluster.yaml: its type, default, allowed values and the fields below it; without FIELD the whole file. Works offline.',
    )
    .argument('[FIELD]', 'its path, such as spec.network')
    .addHelpText('after', examples('kubestep explain spec.network', 'kubestep explain spec.nodeGroups.max -o json'))
    .action((path, _, command) => run(command, async (context) => explain(context, path)));
  return withOutput(verb);
};

function explain(context: CommandContext, path: string | undefined): ExitCode {
  const document = documentField(clusterJsonSchema());
  const field = path === undefined ? document : findField(document, path);
  answer(context, view(field), () => [...headLines(field), ...shapeLines(field.shapes)]);
  return exitCodes.done;
}

/** A field, for scripts: what is below it has the same shape, without what is below that. */
const view = (field: Field) => ({
  ...ownView(field),
  fields: field.shapes.flatMap(({ fields }) => fields.map(ownView)),
});

const ownView = ({ path, type, isRequired, default: standard, allowed, description }: Field) => ({
  path,
  type,
  required: isRequired,
  ...(standard !== undefined && { default: standard }),
  ...(allowed !== '' && { allowed }),
  description,
});

const headLines = (field: Field): string[] => [
  `${field.path === '' ? 'cluster.yaml' : field.path} <${field.type}>${field.isRequired ? ' -required-' : ''}`,
  `  ${field.description}`,
  ...factLines(field).map((line) => `  ${line}`),
];

/** Fields of one shape, or each shape under what it is for. */
function shapeLines(shapes: readonly Shape[]): string[] {
  return shapes.flatMap(({ description, fields }, index) => {
    const heading = shapes.length === 1 ? 'Fields' : `${index === 0 ? 'Either' : 'Or'}: ${description}`;
    return ['', heading, ...fields.flatMap(fieldLines)];
  });
}

const fieldLines = (field: Field): string[] => [
  `  ${field.name} <${field.type}>${field.isRequired ? ' -required-' : ''}`,
  `    ${field.description}`,
  ...factLines(field).map((line) => `    ${line}`),
];

const factLines = ({ default: standard, allowed }: Field): string[] => [
  ...(standard === undefined || isEmptyObject(standard) ? [] : [`Default: ${valueText(standard)}`]),
  ...(allowed === '' ? [] : [`Allowed: ${allowed}`]),
];

/** An object that is left out is made of the defaults of its fields. */
const isEmptyObject = (value: unknown): boolean => JSON.stringify(value) === '{}';

const valueText = (value: unknown): string => (typeof value === 'string' ? value || '""' : JSON.stringify(value));
