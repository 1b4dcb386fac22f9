import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Fault } from '../fault.ts';

/** The key under which secrets of sources are stored: 32 bytes. */
export type SealingKey = Buffer & { readonly __brand: 'SealingKey' };

/** Node would also take a shorter tag, down to four bytes, which can be guessed. */
const TAG_BYTES = 16;

/**
 * Seals a secret with AES-256-GCM under a fresh 96-bit nonce.
 * @param place where it will be stored, e.g. `source/src_…`: a sealed text that is moved elsewhere does not open
 */
export function seal(key: SealingKey, place: string, secret: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place, 'utf8'));
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return ['v1', nonce, cipher.getAuthTag(), body]
    .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
    .join('.');
}

/** @throws Fault CONFIGURATION when the key is another one than it was sealed with, or the text was moved or changed. */
export function unseal(key: SealingKey, place: string, sealed: string): string {
  const [version, nonce = '', tag = '', body = ''] = sealed.split('.');
  try {
    if (version !== 'v1') throw new Error(`unknown seal ${version}`);
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place, 'utf8'));
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new Fault('CONFIGURATION', {
      public: 'A stored secret cannot be opened. Start with the key-encryption key it was sealed with, or set the secret anew.',
      internal: place,
      cause,
    });
  }
}
