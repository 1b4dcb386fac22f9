import type { Queryable } from '../db/database.ts';
import { PolicySet } from './policySet.ts';

const sets = new Map<string, PolicySet>();
const SETS_MAX = 20;

/** The policies in force, asked anew for each request, so that a restriction counts from its transaction on. */
export async function policiesInForce(db: Queryable): Promise<PolicySet> {
  const [head] = await db.query<{ version: number; digest: string }>(
    `select version, digest from kernel.policy_version where state = 'IN_FORCE'`,
    [],
    'policy_head',
  );
  if (head === undefined) return setOf('', () => '');
  const known = sets.get(head.digest);
  if (known !== undefined) return known;
  const [row] = await db.query<{ text: string }>(
    'select text from kernel.policy_version where version = $1',
    [head.version],
    'policy_text',
  );
  return setOf(head.digest, () => row?.text ?? '');
}

/** Only the built-in policies. */
export const builtInPolicies = (): PolicySet => setOf('', () => '');

/** Sets are kept by the digest of their text: whichever database asks, equal texts are one set. */
function setOf(digest: string, text: () => string): PolicySet {
  const known = sets.get(digest);
  if (known !== undefined) return known;
  if (sets.size >= SETS_MAX) sets.clear();
  const made = new PolicySet(text());
  sets.set(digest, made);
  return made;
}
