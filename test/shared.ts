import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Real data that lies beside the project and is never copied into it; null when it is not there. */
export function sharedPath(name: string): string | null {
  const path = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared', name);
  return existsSync(path) ? path : null;
}
