import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { missingNeeds } from '../../../local/machines/nspawn/preflight.ts';

/** Why machines cannot run here; undefined where they can. */
export function reasonToSkip(): string | undefined {
  // Where nothing was ever built, Go is needed too.
  const building = !existsSync(join('.kubestep', 'machines', 'assets', 'catalogue.json'));
  const missing = missingNeeds({ building });
  return missing.length === 0 ? undefined : `machines need ${missing.map(({ what }) => what).join(', ')}`;
}
