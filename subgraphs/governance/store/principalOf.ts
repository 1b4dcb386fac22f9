import type { principal } from '../tables.ts';
import type { Principal } from '../domain/principal.ts';

/** A row as what it stands for. */
export function principalOf(row: typeof principal.$inferSelect): Principal {
  const { id, name, state } = row;
  const roles = [...new Set([...row.roles, ...row.groupRoles])];
  switch (row.kind) {
    case 'user':
      return { kind: 'user', id, name, state, roles, email: row.email };
    case 'team':
      return { kind: 'team', id, name, state, roles, group: row.externalName };
    case 'service':
      return { kind: 'service', id, name, state, roles, ownerId: row.ownerId };
  }
}
