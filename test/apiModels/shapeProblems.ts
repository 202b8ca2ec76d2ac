import type { ApiModel, Shape } from './models.ts';

/** What is wrong with a value by a type of AWS's API model: `Tags[0].Value: is missing`. */
export function shapeProblems(model: ApiModel, shapeName: string, value: unknown, path = ''): string[] {
  if (value === undefined || value === null) return [];
  const shape = model.shapes[shapeName];
  if (shape === undefined) return [`${path}: the model has no type ${shapeName}`];
  const problem = (what: string) => [`${path || shapeName}: ${what}`];
  switch (shape.type) {
    case 'structure':
      return isRecord(value) ? structureProblems(model, shape, value, path) : problem('is no structure');
    case 'list': {
      if (!Array.isArray(value)) return problem('is no list');
      const entries = value.flatMap((entry, index) =>
        shapeProblems(model, shape.member?.shape ?? '', entry, `${path}[${index}]`),
      );
      return [...rangeProblems(shape, value.length, 'entries').flatMap(problem), ...entries];
    }
    case 'map':
      return isRecord(value) ? mapProblems(model, shape, value, path) : problem('is no map');
    case 'string':
      return typeof value === 'string' ? stringProblems(shape, value).flatMap(problem) : problem('is no string');
    case 'integer':
    case 'long':
      if (!Number.isInteger(value)) return problem('is no whole number');
      return rangeProblems(shape, value as number, '').flatMap(problem);
    case 'double':
    case 'float':
      return typeof value === 'number' ? rangeProblems(shape, value, '').flatMap(problem) : problem('is no number');
    case 'boolean':
      return typeof value === 'boolean' ? [] : problem('is no boolean');
    case 'timestamp':
      return isTime(value) ? [] : problem('is no time');
    case 'blob':
      return blobProblems(shape, value).flatMap(problem);
    default:
      return problem(`has a type that is not known here: ${shape.type}`);
  }
}

function structureProblems(model: ApiModel, shape: Shape, value: Readonly<Record<string, unknown>>, path: string) {
  const members = shape.members ?? {};
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const missing = (shape.required ?? []).filter((name) => value[name] === undefined);
  const present = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return [
    ...missing.map((name) => `${at(name)}: is missing`),
    ...present.flatMap(([name, entry]) =>
      members[name] === undefined
        ? [`${at(name)}: AWS knows no such member`]
        : shapeProblems(model, members[name].shape, entry, at(name)),
    ),
  ];
}

function mapProblems(model: ApiModel, shape: Shape, value: Readonly<Record<string, unknown>>, path: string): string[] {
  return Object.entries(value).flatMap(([key, entry]) => [
    ...shapeProblems(model, shape.key?.shape ?? '', key, `${path}.${key} (key)`),
    ...shapeProblems(model, shape.value?.shape ?? '', entry, `${path}.${key}`),
  ]);
}

function stringProblems(shape: Shape, value: string): string[] {
  const isListed = shape.enum === undefined || shape.enum.includes(value);
  return [
    ...(isListed ? [] : [`${JSON.stringify(value)} is none of ${shape.enum?.join(', ')}`]),
    ...rangeProblems(shape, value.length, 'characters'),
    ...(shape.pattern === undefined || matches(shape.pattern, value)
      ? []
      : [`${JSON.stringify(value)} does not match ${shape.pattern}`]),
  ];
}

/** AWS's patterns are Java's: those that JavaScript cannot read are not asked. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'su').test(value);
  } catch {
    return true;
  }
}

function blobProblems(shape: Shape, value: unknown): string[] {
  if (typeof value === 'string') return rangeProblems(shape, Buffer.from(value, 'base64').length, 'bytes');
  if (value instanceof Uint8Array) return rangeProblems(shape, value.length, 'bytes');
  return typeof value === 'object' ? [] : ['is no blob'];
}

function rangeProblems({ min, max }: Shape, size: number, unit: string): string[] {
  return [
    ...(min !== undefined && size < min ? [`${size}${unit && ` ${unit}`}, at least ${min}`] : []),
    ...(max !== undefined && size > max ? [`${size}${unit && ` ${unit}`}, at most ${max}`] : []),
  ];
}

const isTime = (value: unknown): boolean =>
  value instanceof Date || typeof value === 'number' || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
