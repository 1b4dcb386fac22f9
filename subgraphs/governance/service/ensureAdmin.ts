import { originOf, record, type Recorded } from '../../../kernel/audit/record.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { Fault } from '../../../kernel/fault.ts';
import type { Kernel } from '../../../kernel/graph/subgraph.ts';
import { internalRequest } from '../../../kernel/identity/internal.ts';
import { mintToken, tokenHmac } from '../../../kernel/identity/token.ts';
import { newId } from '../../../kernel/ids.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import { toMs } from '../../../kernel/time.ts';
import { checkAdminToken } from '../domain/adminToken.ts';
import { keyCreated, keyReinstated, keyRevoked, serviceCreated } from '../domain/happening.ts';
import type { AccessKey, ServiceAccount } from '../domain/principal.ts';
import { addKey } from '../store/addKey.ts';
import { addAdminAccount } from '../store/addAdminAccount.ts';
import { keyByHmac } from '../store/keyByHmac.ts';
import { lockAdminAccount } from '../store/lockAdminAccount.ts';
import { reinstateKey } from '../store/reinstateKey.ts';
import { revokeKey } from '../store/revokeKey.ts';
import { unrevokedKeys } from '../store/unrevokedKeys.ts';

const ACCOUNT_NAME = 'Local administrator';
/** Of the operator's token, which is changed where it was set. */
export const LABEL = 'admin token';

/**
 * Makes sure, at every start, that the operator gets in: with the token that they set, or with a new one, which is then
 * answered. Earlier tokens of this kind end. Writes nothing when all is as it should be.
 * @throws Fault CONFIGURATION when the token is too weak, malformed or somebody else's
 */
export async function ensureAdmin(
  kernel: Kernel,
  options: { readonly token?: string } = {},
): Promise<{ readonly token: string | null }> {
  const given = options.token === undefined ? null : checkAdminToken(options.token);
  const request = internalRequest('ensureAdmin');
  const origin = originOf(request, requireAction(request, 'identity.manage'));
  return kernel.db.transaction(async (tx) => {
    const made = await ensureAccount(tx);
    const accountId = await lockAdminAccount(tx);
    const keyId = newId('key', toMs(tx.now));
    const token = given ?? mintToken(kernel.environment, keyId).token;
    const key: AccessKey = {
      id: keyId,
      principalId: accountId,
      label: LABEL,
      scopes: ['graph', 'ingest'],
      recordedAt: tx.now,
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    };
    const ensured = await ensureKey(tx, key, tokenHmac(kernel.pepper, token));
    const revoked = await revokeOthers(tx, ensured.key);
    const happened = [...made, ...ensured.happened, ...revoked];
    if (happened.length > 0) await record(tx, origin, happened);
    return { token: given === null ? token : null };
  });
}

async function ensureAccount(tx: Tx): Promise<readonly Recorded[]> {
  const account: ServiceAccount = {
    kind: 'service',
    id: newId('service', toMs(tx.now)),
    name: ACCOUNT_NAME,
    state: 'active',
    roles: ['admin'],
    ownerId: null,
  };
  return (await addAdminAccount(tx, account)) ? [serviceCreated(account)] : [];
}

/** The wanted key under this HMAC, or the one that is there already, in force. */
async function ensureKey(tx: Tx, wanted: AccessKey, hmac: Buffer): Promise<{ key: AccessKey; happened: readonly Recorded[] }> {
  const known = await keyByHmac(tx, hmac);
  if (known === null) {
    await addKey(tx, wanted, hmac);
    return { key: wanted, happened: [keyCreated(wanted)] };
  }
  if (known.principalId !== wanted.principalId) {
    throw new Fault('CONFIGURATION', {
      public: `The admin token is the token of ${known.principalId}. Set CADASTRE_ADMIN_TOKEN to one of its own.`,
    });
  }
  if (known.revokedAt === null && known.expiresAt === null) return { key: known, happened: [] };
  // Whoever sets the environment outranks whoever revoked the key; the log tells of both.
  await reinstateKey(tx, known.id);
  const key = { ...known, revokedAt: null, expiresAt: null };
  return { key, happened: [keyReinstated(key)] };
}

async function revokeOthers(tx: Tx, { id, principalId }: AccessKey): Promise<readonly Recorded[]> {
  const others = (await unrevokedKeys(tx, principalId, LABEL)).filter((key) => key.id !== id);
  for (const key of others) await revokeKey(tx, key.id);
  return others.map((key) => keyRevoked({ ...key, revokedAt: tx.now }));
}
