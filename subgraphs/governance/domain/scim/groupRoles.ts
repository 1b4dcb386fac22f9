import { type Role, ROLES } from '../../../../kernel/identity/principal.ts';

/** Somebody whose groups change. */
export interface RoleHolder {
  /** Roles that come with groups now. */
  readonly groupRoles: readonly Role[];
  /** Whether tokens of the provider tell their groups: then those say what roles they come to. */
  readonly isTold: boolean;
  readonly before: readonly Group[];
  readonly after: readonly Group[];
}

export interface Group {
  readonly name: string;
  readonly externalId: string | null;
}

/**
 * Roles that come with groups from now on. What goes with a group goes at once, whoever said it. Nobody gives a role that they
 * do not hold: groups bring only roles of the account that the token belongs to.
 */
export function rolesAfter(
  { groupRoles, isTold, before, after }: RoleHolder,
  roleOfGroup: ReadonlyMap<string, Role>,
  giver: readonly Role[],
): readonly Role[] {
  const [had, has] = [rolesOf(before, roleOfGroup), rolesOf(after, roleOfGroup)];
  const mayGive = (role: Role): boolean => giver.includes('admin') || giver.includes(role);
  const kept = groupRoles.filter((role) => !had.has(role) || has.has(role));
  const gained = isTold ? [] : [...has].filter((role) => !had.has(role) && mayGive(role));
  return ROLES.filter((role) => kept.includes(role) || gained.includes(role)).toSorted();
}

/** A setting may name a group by its name or by its id at the provider. */
const rolesOf = (groups: readonly Group[], roleOfGroup: ReadonlyMap<string, Role>): ReadonlySet<Role> =>
  new Set(groups.flatMap(({ name, externalId }) => [name, externalId ?? name].flatMap((key) => roleOfGroup.get(key) ?? [])));
