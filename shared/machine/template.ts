/**
 * Marks a template string as a file's text. Written as in the file, but for two things that TypeScript would take for its
 * own: a dollar before a brace and a backquote have a backslash before them, which is taken away here.
 */
export function file(parts: TemplateStringsArray): string {
  const [text = '', ...others] = parts.raw;
  if (others.length > 0) throw new TypeError('A file has holes of the form @@NAME@@ only.');
  // The first line break stands after the opening backquote.
  return text.replace(/^\n/, '').replaceAll('\\${', '${').replaceAll('\\`', '`');
}

/** Fills every hole `@@NAME@@`. Values must be written for the place they go to; what is missing or left over is an error. */
export function fill(template: string, values: Readonly<Record<string, string | number | boolean>>): string {
  const unused = new Set(Object.keys(values));
  const filled = template.replaceAll(/@@([A-Z_]+)@@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`The hole @@${name}@@ has no value.`);
    unused.delete(name);
    return String(value);
  });
  if (unused.size > 0) throw new TypeError(`The template has no hole for ${[...unused].join(', ')}.`);
  return filled;
}

/**
 * A value in a YAML file: JSON is YAML. Letters beyond ASCII are escaped, so that a file is the same bytes whatever reads it.
 */
export function yaml(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** One argument in ExecStart=, quoted where systemd would split it or read `%`, `$`, quotes or backslashes (systemd.service(5)). */
export function systemdArgument(text: string): string {
  if (/[^\x20-\x7e]/.test(text)) throw new TypeError(`${JSON.stringify(text)} cannot be an argument in a unit.`);
  if (/^[A-Za-z0-9_./:@,=+*-]+$/.test(text)) return text;
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return `"${escaped}"`;
}

/** More flags after those that stand in a unit, one a line, in the order of their names. */
export function flagLines(flags: Readonly<Record<string, string>>): string {
  return Object.keys(flags)
    .sort()
    .map((name) => ` \\\n  ${systemdArgument(`--${name}=${flags[name] ?? ''}`)}`)
    .join('');
}
