import { createHash, randomBytes } from 'node:crypto';
import type { Config } from '../kernel/config/config.ts';
import type { Database } from '../kernel/db/database.ts';
import { Fault } from '../kernel/fault.ts';
import type { SealingKey } from '../kernel/secrets/seal.ts';
import { homePaths, keepText } from './home.ts';

export interface Keys {
  readonly pepper: Buffer;
  readonly sealingKey: SealingKey;
}

/**
 * The keys of this installation: configured, or made once in the home folder.
 * @throws Fault CONFIGURATION when the database was begun with other keys: nobody could sign in, and no secret would open
 */
export async function loadKeys(db: Database, { store, home }: Pick<Config, 'store' | 'home'>): Promise<Keys> {
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
  return { pepper, sealingKey: keyEncryptionKey as SealingKey };
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
  const kept = await db.transaction(async (tx) => {
    await tx.query('insert into kernel.setting (name, value) values ($1, $2) on conflict (name) do nothing', [
      `${name}.fingerprint`,
      fingerprint,
    ]);
    const [row] = await tx.query<{ value: string }>('select value from kernel.setting where name = $1', [`${name}.fingerprint`]);
    return row?.value;
  });
  if (kept === fingerprint) return;
  throw new Fault('CONFIGURATION', {
    public: `${where} is not the key that this database was begun with. Give it the first key again, from a backup if need be.`,
  });
}
