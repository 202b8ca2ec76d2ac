import type * as z from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;

/** A field of cluster.yaml, as the published schema has it. */
export interface Field {
  /** `spec.nodeGroups.max`; empty for the whole file. */
  readonly path: string;
  readonly name: string;
  /** As kubectl explain writes it: `string`, `[]Object`, `map[string]string`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly default?: unknown;
  /** Empty where every value of the type is allowed, or the fields say it. */
  readonly allowed: string;
  readonly description: string;
  /** The sets of fields it may have; more than one where they exclude each other. */
  readonly shapes: readonly Shape[];
}

export interface Shape {
  readonly description: string;
  readonly fields: readonly Field[];
}

/** The whole file as one field. */
export const documentField = (schema: Schema): Field => fieldOf(schema, { path: '', name: '', isRequired: true });

/** The fields directly below, of whatever shape. */
export const childrenOf = ({ shapes }: Field): readonly Field[] => shapes.flatMap(({ fields }) => fields);

/** A field and everything below it. */
export const withAllBelow = (field: Field): readonly Field[] => [field, ...childrenOf(field).flatMap(withAllBelow)];

function fieldOf(schema: Schema, named: Pick<Field, 'path' | 'name' | 'isRequired'>): Field {
  return {
    ...named,
    type: typeOf(schema),
    ...('default' in schema && { default: schema.default }),
    allowed: allowedOf(schema),
    description: schema.description ?? '',
    shapes: shapesOf(schema, named.path),
  };
}

/** Fields of a list's entries are fields of the list: their paths need no number. */
function shapesOf(schema: Schema, path: string): readonly Shape[] {
  return alternativesOf(itemsOf(schema) ?? schema).flatMap(({ properties = {}, required = [], description = '' }) => {
    const fields = Object.entries(properties).map(([name, property]) =>
      fieldOf(property as Schema, {
        path: path === '' ? name : `${path}.${name}`,
        name,
        isRequired: required.includes(name),
      }),
    );
    return fields.length === 0 ? [] : [{ description, fields }];
  });
}

const alternativesOf = (schema: Schema): readonly Schema[] => schema.anyOf ?? [schema];

const schemaOrNone = (schema: Schema['items']): Schema | undefined =>
  typeof schema === 'object' && !Array.isArray(schema) ? schema : undefined;

const itemsOf = ({ items }: Schema): Schema | undefined => schemaOrNone(items);
const valuesOf = ({ additionalProperties }: Schema): Schema | undefined => schemaOrNone(additionalProperties);

function typeOf(schema: Schema): string {
  const [items, values] = [itemsOf(schema), valuesOf(schema)];
  if (items) return `[]${typeOf(items)}`;
  if (values) return `map[string]${typeOf(values)}`;
  const types = new Set(alternativesOf(schema).map(({ type }) => (type === 'object' ? 'Object' : String(type))));
  return [...types].join(' or ');
}

function allowedOf(schema: Schema): string {
  const { minItems, maxItems } = schema;
  const [items, values, keys] = [itemsOf(schema), valuesOf(schema), schemaOrNone(schema.propertyNames)];
  if (items) {
    const each = allowedOf(items);
    return [rangeText(minItems, maxItems, ' entries'), each && `each ${each}`].filter(Boolean).join(', ');
  }
  if (values)
    return [keys && `keys ${allowedOf(keys)}`, allowedOf(values) && `values ${allowedOf(values)}`]
      .filter(Boolean)
      .join(', ');
  return alternativesOf(schema).map(valueText).filter(Boolean).join(', or ');
}

function valueText(schema: Schema): string {
  const { const: only, enum: choices, pattern, patternErrorMessage: inWords, minimum, maximum, maxLength } = schema;
  if (only !== undefined) return JSON.stringify(only);
  if (choices) return choices.join(', ');
  if (typeof inWords === 'string') return inWords;
  return [
    pattern && `matching ${pattern}`,
    rangeText(minimum, maximum, ''),
    maxLength !== undefined && `up to ${maxLength} characters`,
  ]
    .filter(Boolean)
    .join(', ');
}

function rangeText(min: number | undefined, max: number | undefined, unit: string): string {
  const upper = max === undefined || max === Number.MAX_SAFE_INTEGER ? undefined : max;
  if (min !== undefined && upper !== undefined) return `${min} to ${upper}${unit}`;
  if (upper !== undefined) return `up to ${upper}${unit}`;
  return min === undefined || min === Number.MIN_SAFE_INTEGER ? '' : `${min} or more${unit}`;
}
