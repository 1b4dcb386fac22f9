import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { EMAIL_NAMESPACE, type ExternalName, findOrStub } from '../../../../kernel/identity/principals.ts';
import type { OwnerRole } from '../../domain/asset.ts';
import type { DatasetSays } from './facets.ts';

type SaidOwners = DatasetSays['ownership'];

export interface ResolvedOwner {
  readonly principalId: string;
  readonly role: OwnerRole;
  readonly external: string;
}

/** Who an ownership facet names. The unknown become stubs, to be claimed when they sign in. */
export async function resolveOwners(tx: Tx, origin: Origin, said: SaidOwners): Promise<readonly ResolvedOwner[]> {
  const named = said?.owners ?? [];
  const ids = await findOrStub(
    tx,
    origin,
    named.map(({ name }) => externalName(name)),
  );
  const owners = named.map(({ name, type }, i) => ({ principalId: ids[i] ?? '', role: roleOf(type), external: name }));
  return [...new Map(owners.map((owner) => [`${owner.role} ${owner.principalId}`, owner])).values()];
}

/** An owner without a kind, or of a kind of the client's own, is technical: accountable is only who is called so. */
function roleOf(type: string | null | undefined): OwnerRole {
  const word = (type ?? '').toUpperCase().replaceAll(/[^A-Z]/g, '');
  if (['OWNER', 'DATAOWNER', 'BUSINESSOWNER', 'ACCOUNTABLE'].includes(word)) return 'ACCOUNTABLE';
  return ['STEWARD', 'DATASTEWARD'].includes(word) ? 'STEWARD' : 'TECHNICAL';
}

const OPENLINEAGE_NAMESPACE = 'openlineage';

/** `user:ana@example.com` is the person with that address; any other text is a name of its own. */
function externalName(name: string): ExternalName {
  const address = /^(?:user:|mailto:)?([^\s@:]{1,64}@[^\s@]{1,190})$/u.exec(name)?.[1];
  return address === undefined ? { namespace: OPENLINEAGE_NAMESPACE, name } : { namespace: EMAIL_NAMESPACE, name: address };
}
