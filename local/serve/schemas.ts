import { NormalizedSchema } from '@smithy/core/schema';
import type { SchemaRef, StaticStructureSchema } from '@smithy/types';

/** An operation as the SDK's own client describes it. */
export interface OperationSchema {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** `['GET', '/{Key+}?x-id=GetObject', 200]`, of services that speak REST. */
  readonly http: readonly [method: string, path: string, status: number] | undefined;
}

/** What an SDK client publishes of its service. */
export interface ServiceSchemas {
  readonly operations: ReadonlyMap<string, OperationSchema>;
  /** By the name of the exception's class. */
  readonly errors: ReadonlyMap<string, NormalizedSchema>;
}

/** The kinds of static schemas: the first element of each (source: @smithy/types, schema/static-schemas). */
const operationKind = 9;
const errorKind = -3;

/** Finds the schemas among what an SDK client's package exports. */
export function schemasOf(client: Readonly<Record<string, unknown>>): ServiceSchemas {
  const operations = new Map<string, OperationSchema>();
  const errors = new Map<string, NormalizedSchema>();
  for (const exported of Object.values(client)) {
    if (!Array.isArray(exported)) continue;
    const [kind, , name, traits, input, output] = exported as [number, string, string, unknown, SchemaRef, SchemaRef];
    if (kind === errorKind) errors.set(name, NormalizedSchema.of(exported as unknown as SchemaRef));
    if (kind !== operationKind) continue;
    operations.set(name, {
      name,
      input: NormalizedSchema.of(input),
      output: NormalizedSchema.of(output),
      http: (traits as { readonly http?: [string, string, number] } | undefined)?.http,
    });
  }
  return { operations, errors };
}

/** A structure that is in no schema: the envelope of an answer. Its members are given as name and schema. */
export function envelope(name: string, members: readonly (readonly [string, SchemaRef])[]): StaticStructureSchema {
  return [
    3,
    '',
    name,
    0,
    members.map(([member]) => member),
    members.map(([, schema]) => schema),
  ] as StaticStructureSchema;
}

/** The members of a structure, as name and schema with its traits. */
export function membersOf(schema: NormalizedSchema): readonly (readonly [string, SchemaRef])[] {
  if (schema.isUnitSchema()) return [];
  const [, , , , names, types] = schema.getSchema() as StaticStructureSchema;
  return names.map((name, index) => [name, types[index] as SchemaRef] as const);
}

/** The names of the members that a request must have: they come first, and the schema counts them. */
export function requiredMembers(schema: NormalizedSchema): ReadonlySet<string> {
  if (schema.isUnitSchema()) return new Set();
  const structure = schema.getSchema() as StaticStructureSchema;
  return new Set(structure[4].slice(0, structure[6] ?? 0));
}
