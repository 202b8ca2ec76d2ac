/** A text that is written for its place: quoted for the format of the file, or a part of a file. */
export interface Written {
  readonly written: string;
}

type Value = string | number | boolean | Written;

/**
 * Every hole of a file: `@@NAME@@`, a form that systemd, bash, YAML, TOML and nftables have no use for. A line that is a comment of
 * nothing but a hole is a hole as a whole: any number of lines replace it, indented as it is, and the file is correct without them.
 */
const holes = /^( *)# @@([A-Z0-9_]+)@@\n|@@([A-Z0-9_]+)@@/gm;

/** Means the same in every format, wherever a hole is: a name, a number, an address, a path, or several with commas. */
const word = /^[A-Za-z0-9/]([A-Za-z0-9_./:@,=+-]*[A-Za-z0-9_/=])?$/;

/** Fills the holes of a file. A hole without a value, a value without a hole and a text that might mean more than itself are errors. */
export function fill(template: string, values: Readonly<Record<string, Value>>): string {
  const unused = new Set(Object.keys(values));
  const filled = template.replaceAll(holes, (_, indentation: string | undefined, line: string = '', name = line) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`The hole @@${name}@@ has no value.`);
    unused.delete(name);
    return indentation === undefined ? textOf(name, value) : indented(indentation, textOf(name, value));
  });
  if (unused.size > 0) throw new TypeError(`The template has no hole for ${[...unused].join(', ')}.`);
  return filled;
}

function textOf(name: string, value: Value): string {
  if (typeof value === 'object') return value.written;
  const text = String(value);
  if (!word.test(text)) throw new TypeError(`${JSON.stringify(text)} cannot fill the hole @@${name}@@ as it is.`);
  return text;
}

const indented = (indentation: string, text: string): string => {
  const each = text.replace(/\n$/, '').split('\n');
  return text === '' ? '' : each.map((line) => (line === '' ? '\n' : `${indentation}${line}\n`)).join('');
};

/** A part of a file as it is: the lines that replace a hole which is a line, or a text that the caller has checked. */
export const lines = (text: string): Written => ({ written: text });

/**
 * A value in a YAML file: JSON is YAML. Letters beyond ASCII are escaped, so that a file is the same bytes whatever reads it.
 */
export function yaml(value: unknown): Written {
  const escaped = JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return { written: escaped };
}

/** One argument in ExecStart=, quoted where systemd would split it or read `%`, `$`, quotes or backslashes (systemd.service(5)). */
export function systemdArgument(text: string): Written {
  if (/[^\x20-\x7e]/.test(text)) throw new TypeError(`${JSON.stringify(text)} cannot be an argument in a unit.`);
  if (/^[A-Za-z0-9_./:@,=+*-]+$/.test(text)) return { written: text };
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return { written: `"${escaped}"` };
}

/** More flags after those that are in a unit, one a line, in the order of their names. */
export function flagLines(flags: Readonly<Record<string, string>>): Written {
  const lineOf = (name: string) => ` \\\n  ${systemdArgument(`--${name}=${flags[name] ?? ''}`).written}`;
  return { written: Object.keys(flags).sort().map(lineOf).join('') };
}
