import { similarField } from '../../shared/spec/similarField.ts';
import { usageError } from '../exitCodes.ts';
import { childrenOf, type Field, withAllBelow } from './field.ts';

/**
 * The field of a path, also as problems of a spec name it (`spec.nodeGroups[0].max`). Fails where there is none, with the
 * nearest that there is.
 */
export function findField(document: Field, path: string): Field {
  const parts = path.replace(/\[[^\]]*\]/g, '').split('.');
  let field = document;
  for (const part of parts) {
    const next = childrenOf(field).find(({ name }) => name === part);
    if (next === undefined) throw usageError(noSuchField(document, field, part));
    field = next;
  }
  return field;
}

function noSuchField(document: Field, field: Field, part: string): string {
  const place = field.path === '' ? 'cluster.yaml' : field.path;
  const names = childrenOf(field).map(({ name }) => name);
  const has = names.length === 0 ? `${place} is <${field.type}> and has no fields.` : `It has ${names.join(', ')}.`;
  const nearest = nearestTo(document, field, names, part);
  return [
    `There is no field "${part}" in ${place}.`,
    ...(nearest === undefined ? [] : [`Did you mean ${nearest}?`]),
    has,
  ].join(' ');
}

/** A field that is written much like it at the same place, or one of that name elsewhere. */
function nearestTo(document: Field, { path }: Field, names: readonly string[], part: string): string | undefined {
  const similar = similarField(part, names);
  if (similar !== undefined) return path === '' ? similar : `${path}.${similar}`;
  const paths = withAllBelow(document).flatMap((field) => (field.name === part ? [field.path] : []));
  return paths.find((other) => other.startsWith(`${path}.`)) ?? paths[0];
}
