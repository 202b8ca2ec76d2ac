import type * as z from 'zod';
import { clusterJsonSchema } from './jsonSchema.ts';
import type { Path } from './problems.ts';

type Schema = z.core.JSONSchema.BaseSchema;

let schema: Schema | undefined;

/** The names of the fields that the document may have at this place. */
export function fieldsAt(path: Path): readonly string[] {
  schema ??= clusterJsonSchema();
  const places = path.reduce<readonly Schema[]>(
    (found, part) => found.flatMap((place) => below(place, part)),
    [schema],
  );
  return places.flatMap(alternatives).flatMap(({ properties }) => Object.keys(properties ?? {}));
}

function below(place: Schema, part: string | number): readonly Schema[] {
  return alternatives(place).flatMap(({ properties, items, additionalProperties }) => {
    const next = typeof part === 'number' ? items : (properties?.[part] ?? additionalProperties);
    return typeof next === 'object' && !Array.isArray(next) ? [next as Schema] : [];
  });
}

const alternatives = (place: Schema): readonly Schema[] => [place, ...((place.anyOf ?? []) as Schema[])];
