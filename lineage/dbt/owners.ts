import { z } from 'zod';
import { text } from './fields.ts';
import type { DbtOwner } from './project.ts';

const person = z.looseObject({ email: text.default(null), name: text.default(null) });

/** Owners as `meta.owner`, a group or an exposure name them: text, an object, or a list of either. */
export function ownersOf(...named: readonly unknown[]): readonly DbtOwner[] {
  const owners = named.flatMap((value): readonly unknown[] => (Array.isArray(value) ? value : [value])).flatMap(ownerOf);
  return [...new Map(owners.map((owner) => [ownerKey(owner), owner])).values()];
}

/** What tells owners apart. */
export const ownerKey = ({ email, name }: DbtOwner): string => (email ?? name ?? '').toLowerCase();

function ownerOf(value: unknown): readonly DbtOwner[] {
  if (typeof value === 'string') return value.split(/[,;]/).flatMap(writtenOwner);
  const parsed = person.safeParse(value);
  if (!parsed.success) return [];
  const [email, name] = [filled(parsed.data.email), filled(parsed.data.name)];
  return email === null && name === null ? [] : [{ email: email?.toLowerCase() ?? null, name }];
}

/** `Ada <ada@example.com>`, `ada@example.com`, `@data-team` */
function writtenOwner(written: string): readonly DbtOwner[] {
  const both = /^(.*)<([^<>\s]+@[^<>\s]+)>$/.exec(written.trim());
  if (both !== null) return [{ email: (both[2] ?? '').toLowerCase(), name: filled(both[1] ?? null) }];
  const one = filled(written.trim().replace(/^@/, ''));
  if (one === null) return [];
  return [/^[^@\s]+@[^@\s]+$/.test(one) ? { email: one.toLowerCase(), name: null } : { email: null, name: one }];
}

const filled = (value: string | null): string | null => (value === null || value.trim() === '' ? null : value.trim());
