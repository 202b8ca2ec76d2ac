import type { Physical } from './template.ts';

/** Answers references while a template is deployed: pseudo parameters and other resources. */
export interface References {
  /** Creates the resource first where it does not exist yet. */
  resource(logicalId: string): Promise<Physical>;
  pseudo(name: string): string | undefined;
}

/** Replaces CloudFormation's intrinsic functions in a value by what they stand for; one that is not known is an error. */
export async function resolve(value: unknown, references: References): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((entry) => resolve(entry, references)));
  if (typeof value !== 'object' || value === null) return value;

  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::'))) return intrinsic(name, argument, references);

  const resolved: Record<string, unknown> = {};
  for (const [key, entry] of entries) resolved[key] = await resolve(entry, references);
  return resolved;
}

async function intrinsic(name: string, argument: unknown, references: References): Promise<unknown> {
  switch (name) {
    case 'Ref':
      return refOf(String(argument), references);
    case 'Fn::GetAtt': {
      const [logicalId = '', attribute = ''] = Array.isArray(argument)
        ? argument.map(String)
        : String(argument).split(/\.(.*)/s);
      return attributeOf(logicalId, attribute, references);
    }
    case 'Fn::Sub':
      return substitute(argument, references);
    case 'Fn::Join': {
      const [separator, parts] = (await resolve(argument, references)) as [string, string[]];
      return parts.join(separator);
    }
    default:
      throw new Error(`The template uses ${name}, which a local deployment does not know`);
  }
}

async function substitute(argument: unknown, references: References): Promise<string> {
  const [text, variables] = Array.isArray(argument)
    ? (argument as [string, Record<string, unknown>])
    : [String(argument), {}];
  const parts = text.split(/(\$\{[^}]+\})/);
  const substituted = parts.map(async (part) => {
    const name = /^\$\{([^}]+)\}$/.exec(part)?.[1];
    if (name === undefined) return part;
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (name in variables) return String(await resolve(variables[name], references));
    const dot = name.indexOf('.');
    return dot < 0 ? refOf(name, references) : attributeOf(name.slice(0, dot), name.slice(dot + 1), references);
  });
  return (await Promise.all(substituted)).join('');
}

async function refOf(name: string, references: References): Promise<string> {
  return references.pseudo(name) ?? (await references.resource(name)).ref;
}

async function attributeOf(logicalId: string, attribute: string, references: References): Promise<string> {
  const value = (await references.resource(logicalId)).attributes[attribute];
  if (value === undefined) throw new Error(`${logicalId} has no attribute ${attribute} in a local deployment`);
  return value;
}
