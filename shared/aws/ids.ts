/** The id in AWS's answer. The SDK types every field as optional; an answer without it would be a defect of AWS. */
export function idOf(id: string | undefined): string {
  if (id === undefined) throw new Error('AWS answered without the id of the resource');
  return id;
}

/** The id recorded under a key of the blueprint by an earlier state. */
export function idFor(ids: Readonly<Record<string, string>>, key: string, what: string): string {
  const id = ids[key];
  if (id === undefined) throw new Error(`No ${what} "${key}" among ${Object.keys(ids).join(', ') || 'none'}`);
  return id;
}
