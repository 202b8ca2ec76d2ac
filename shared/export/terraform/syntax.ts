/**
 * Text that Terraform evaluates, such as `${aws_vpc.vpc_main.id}`. All other text in a document is plain, and is escaped: policies of
 * IAM have `${…}` of their own.
 */
export class Template {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Value =
  | string
  | number
  | boolean
  | Template
  | readonly Value[]
  | { readonly [name: string]: Value | undefined };

/** Arguments and blocks. What is undefined is left out. */
export type Arguments = Readonly<Record<string, Value | undefined>>;

/** One resource that exists, and the id by which the provider imports it. */
export interface Resource {
  /** `aws_subnet` */
  readonly type: string;
  /** `subnet_private_us_east_1a`: follows from our own key, so that it never moves. */
  readonly name: string;
  readonly id: string;
  readonly values: Arguments;
}

/** Something of somebody else's, which is only read. */
export type DataSource = Omit<Resource, 'id'>;

/** Why something of the cluster is in no file. */
export interface LeftOut {
  /** `instance/master-0`, or what it is in words. */
  readonly what: string;
  readonly reason: string;
}

/** What one noun gives to the export. */
export interface Part {
  readonly resources?: readonly Resource[];
  readonly data?: readonly DataSource[];
  readonly leftOut?: readonly LeftOut[];
}

/** Terraform's name of a resource that we know by its kind and key: `subnet/control-us-east-1a` → `subnet_control_us_east_1a`. */
export const nameOf = (...words: readonly string[]): string => words.join('_').replaceAll(/[^A-Za-z0-9]+/g, '_');

/** An attribute of a resource, or of a data source. */
export const attribute = (type: string, name: string, of: string): Template =>
  new Template(`\${${type}.${name}.${of}}`);

/** A template with plain text behind it. */
export const followedBy = ({ text }: Template, plain: string): Template => new Template(text + escaped(plain));

/** The value in Terraform's JSON syntax (source: Terraform language, "JSON Configuration Syntax"). */
export function inJson(value: Value): unknown {
  if (typeof value === 'string') return escaped(value);
  if (value instanceof Template) return value.text;
  if (isList(value)) return value.map(inJson);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [] : [[escaped(name), inJson(inner)]])),
  );
}

/** In JSON syntax every text is a template. */
const escaped = (text: string): string => text.replaceAll(/[$%](?=\{)/g, (mark) => mark + mark);

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
