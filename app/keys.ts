import { createHash, randomBytes } from 'node:crypto';
import type { Config } from '../kernel/config/config.ts';
import type { Database } from '../kernel/db/database.ts';
import { Fault } from '../kernel/fault.ts';
import type { Kernel } from '../kernel/graph/subgraph.ts';
import type { SealingKey } from '../kernel/secrets/seal.ts';
import { homePaths, keepText } from './home.ts';

export interface Keys {
  readonly pepper: Buffer;
  readonly sealingKey: SealingKey;
  readonly auditLog: Kernel['auditLog'];
}

type AboutKeys = Pick<Config, 'store' | 'home' | 'logOrigin' | 'logAnchoring' | 'auditRetentionDays'>;

/**
 * The keys of this installation: configured, or made once in the home folder.
 * @throws Fault CONFIGURATION when the database was begun with other keys: nobody could sign in, and no secret would open
 */
export async function loadKeys(
  db: Database,
  { store, home, logOrigin, logAnchoring, auditRetentionDays }: AboutKeys,
): Promise<Keys> {
  const files = homePaths(home);
  const pepper = store.pepper ?? (await keptKey(files.pepper));
  const keyEncryptionKey = store.keyEncryptionKey ?? (await keptKey(files.keyEncryptionKey));
  await checkFingerprint(db, 'pepper', pepper, place('CADASTRE_PEPPER', store.pepper, files.pepper));
  await checkFingerprint(
    db,
    'key-encryption-key',
    keyEncryptionKey,
    place('CADASTRE_KEY_ENCRYPTION_KEY', store.keyEncryptionKey, files.keyEncryptionKey),
  );
  const signingKey = store.logSigningKey ?? (await keptKey(files.logSigningKey));
  await checkFingerprint(
    db,
    'log-signing-key',
    signingKey,
    place('CADASTRE_LOG_SIGNING_KEY', store.logSigningKey, files.logSigningKey),
  );
  const origin = logOrigin ?? (await keptSetting(db, 'log.origin', `cadastre.local/${randomBytes(4).toString('hex')}`));
  // Beside the embedded database, for want of a better place. Where there is a server, its operator knows one.
  const file = logAnchoring.file ?? (store.kind === 'embedded' ? files.logCheckpoint : undefined);
  const auditLog = { signingKey, origin, anchoring: { ...logAnchoring, file }, retentionDays: auditRetentionDays };
  return { pepper, sealingKey: keyEncryptionKey as SealingKey, auditLog };
}

const place = (variable: string, configured: Buffer | undefined, file: string): string =>
  configured === undefined ? file : variable;

async function keptKey(file: string): Promise<Buffer> {
  const { text } = await keepText(file, () => randomBytes(32).toString('base64'));
  const key = Buffer.from(text, 'base64');
  if (key.length === 32) return key;
  throw new Fault('CONFIGURATION', { public: `${file} is damaged: it must hold 32 bytes in base64. Restore it from a backup.` });
}

async function checkFingerprint(db: Database, name: string, key: Buffer, where: string): Promise<void> {
  const fingerprint = `sha256:${createHash('sha256').update(key).digest('hex')}`;
  const kept = await keptSetting(db, `${name}.fingerprint`, fingerprint);
  if (kept === fingerprint) return;
  throw new Fault('CONFIGURATION', {
    public: `${where} is not the key that this database was begun with. Give it the first key again, from a backup if need be.`,
  });
}

/** The value that was stored first under this name. */
const keptSetting = (db: Database, name: string, value: string): Promise<string> =>
  db.transaction(async (tx) => {
    await tx.query('insert into kernel.setting (name, value) values ($1, $2) on conflict (name) do nothing', [name, value]);
    const [row] = await tx.query<{ value: string }>('select value from kernel.setting where name = $1', [name]);
    return row?.value ?? value;
  });
