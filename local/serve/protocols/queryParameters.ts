import type { NormalizedSchema } from '@smithy/core/schema';

/** Query services name members in two ways: EC2 has its own names and never says `member`. */
export type QueryStyle = 'query' | 'ec2';

/** The parameters as a tree: `Filter.1.Value.2=a` is the text of four names, one below the other. */
interface Branch {
  text?: string;
  readonly children: Map<string, Branch>;
}

/** Reads the parameters of an operation as its schema says (source: Smithy, AWS query and EC2 query protocols). */
export function readParameters(
  schema: NormalizedSchema,
  parameters: URLSearchParams,
  style: QueryStyle,
): Record<string, unknown> {
  return readStructure(schema, treeOf(parameters), style);
}

function treeOf(parameters: URLSearchParams): Branch {
  const root: Branch = { children: new Map() };
  for (const [name, text] of parameters) {
    let branch = root;
    for (const part of name.split('.')) {
      const next = branch.children.get(part) ?? { children: new Map() };
      branch.children.set(part, next);
      branch = next;
    }
    branch.text = text;
  }
  return root;
}

function readStructure(schema: NormalizedSchema, branch: Branch, style: QueryStyle): Record<string, unknown> {
  if (schema.isUnitSchema()) return {};
  const read: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const given = branch.children.get(parameterName(name, member, style));
    if (given) read[name] = readValue(member, given, style);
  }
  return read;
}

function readValue(schema: NormalizedSchema, branch: Branch, style: QueryStyle): unknown {
  if (schema.isStructSchema()) return readStructure(schema, branch, style);
  if (schema.isListSchema()) return readList(schema, branch, style);
  if (schema.isMapSchema()) return readMap(schema, branch, style);
  return readText(schema, branch.text ?? '');
}

function readList(schema: NormalizedSchema, branch: Branch, style: QueryStyle): unknown[] {
  const member = schema.getValueSchema();
  const flat = style === 'ec2' || schema.getMergedTraits().xmlFlattened;
  const items = flat ? branch : branch.children.get(member.getMergedTraits().xmlName ?? 'member');
  return numbered(items).map((item) => readValue(member, item, style));
}

function readMap(schema: NormalizedSchema, branch: Branch, style: QueryStyle): Record<string, unknown> {
  const value = schema.getValueSchema();
  const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueName = value.getMergedTraits().xmlName ?? 'value';
  const entries = schema.getMergedTraits().xmlFlattened ? branch : branch.children.get('entry');
  return Object.fromEntries(
    numbered(entries).map((entry) => [
      entry.children.get(keyName)?.text ?? '',
      readValue(value, entry.children.get(valueName) ?? { children: new Map() }, style),
    ]),
  );
}

function numbered(branch: Branch | undefined): readonly Branch[] {
  return [...(branch?.children ?? [])]
    .filter(([name]) => /^\d+$/.test(name))
    .toSorted(([one], [other]) => Number(one) - Number(other))
    .map(([, item]) => item);
}

/** The name of a structure's member among the parameters. */
function parameterName(name: string, member: NormalizedSchema, style: QueryStyle): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits() as { ec2QueryName?: string; xmlName?: string };
  if (style === 'query') return xmlName ?? name;
  if (ec2QueryName !== undefined) return ec2QueryName;
  const given = xmlName ?? name;
  return given.charAt(0).toUpperCase() + given.slice(1);
}

/** A value that travels as text: in a parameter, a header or a path. */
export function readText(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text.toLowerCase() === 'true';
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isTimestampSchema()) return new Date(/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : text);
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  return text;
}
