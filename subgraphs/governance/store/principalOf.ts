import type { principal } from '../tables.ts';
import type { Principal } from '../domain/principal.ts';

/** A row as what it stands for. */
export function principalOf(row: typeof principal.$inferSelect): Principal {
  const { id, name, state, roles } = row;
  switch (row.kind) {
    case 'user':
      return { kind: 'user', id, name, state, roles, email: row.email };
    case 'team':
      return { kind: 'team', id, name, state, roles };
    case 'service':
      return { kind: 'service', id, name, state, roles, ownerId: row.ownerId };
  }
}
