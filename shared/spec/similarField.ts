/** The field that was probably meant by a name that no field has. */
export const similarField = (name: string, fields: readonly string[]): string | undefined =>
  fields.find((field) => field !== name && looksLike(field, name));

/** Same letters in another case, or one a part of the other, or up to a third of its letters wrong. */
function looksLike(field: string, name: string): boolean {
  const [known, written] = [field.toLowerCase(), name.toLowerCase()];
  if (known.startsWith(written) || written.startsWith(known)) return true;
  const allowed = written.length / 3;
  return written.length - known.length <= allowed && editDistance(known, written) <= allowed;
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, second] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === second ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
