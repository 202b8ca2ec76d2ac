import { missingNeeds } from '../../../local/machines/nspawn/preflight.ts';

/** Why machines cannot run here; undefined where they can. */
export function reasonToSkip(): string | undefined {
  const missing = missingNeeds();
  return missing.length === 0 ? undefined : `machines need ${missing.map(({ what }) => what).join(', ')}`;
}
