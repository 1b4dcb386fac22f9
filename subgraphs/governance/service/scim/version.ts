import { statusFault } from '../../domain/scim/scimFault.ts';
import type { Kept } from '../../store/scim/resourceRow.ts';
import type { ScimCall } from './call.ts';
import { etagOf } from './shown.ts';

/** Whether the client has this version already. */
export const isKnown = ({ headers }: ScimCall, kept: Kept): boolean => hasTag(headers['if-none-match'], kept);

/** A client that names a version changes this one only. @throws Fault CONFLICT with the status 412 */
export function requireVersion({ headers }: ScimCall, kept: Kept): void {
  const wanted = headers['if-match'];
  if (wanted === undefined || hasTag(wanted, kept)) return;
  throw statusFault('CONFLICT', 412, 'It was changed in between. Read it again and repeat.');
}

const hasTag = (header: string | undefined, kept: Kept): boolean =>
  (header ?? '').split(',').some((tag) => tag.trim() === '*' || weak(tag) === weak(etagOf(kept)));

const weak = (tag: string): string => tag.trim().replace(/^W\//, '');
