import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { parseBase64 } from './hash.ts';
import { malformed, quoted } from './logError.ts';

// C2SP signed-note. Both types are Ed25519; a cosignature of a witness also signs the time at which it was made.
export const SIGNATURE_TYPES = { log: 0x01, witness: 0x04 } as const;
export type SignatureType = keyof typeof SIGNATURE_TYPES;

const KEY_BYTES = 32;
// DER around 32 bytes of an Ed25519 key, RFC 8410.
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Whom a signature may come from. */
export interface VerifierKey {
  readonly name: string;
  readonly type: SignatureType;
  /** Eight hexadecimal digits, found beside the name in each signature. */
  readonly id: string;
  readonly publicKey: KeyObject;
  /** `name+id+base64`, as others take it. */
  readonly vkey: string;
}

export interface SignerKey {
  readonly verifier: VerifierKey;
  readonly privateKey: KeyObject;
}

export function verifierKey(name: string, type: SignatureType, publicBytes: Uint8Array): VerifierKey {
  if (!isKeyName(name))
    throw malformed(`${quoted(name)} cannot name a key: it is empty, or has spaces, plus or control characters.`);
  if (publicBytes.length !== KEY_BYTES) throw malformed(`An Ed25519 public key has 32 bytes, not ${publicBytes.length}.`);
  const typed = Buffer.from([SIGNATURE_TYPES[type], ...publicBytes]);
  const id = createHash('sha256').update(`${name}\n`, 'utf8').update(typed).digest('hex').slice(0, 8);
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicBytes]), format: 'der', type: 'spki' });
  return { name, type, id, publicKey, vkey: `${name}+${id}+${typed.toString('base64')}` };
}

export function parseVerifierKey(vkey: string): VerifierKey {
  const [, name = '', id, key = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(vkey) ?? [];
  const bytes = parseBase64(key);
  const type = SIGNATURE_TYPE_NAMES.find((each) => SIGNATURE_TYPES[each] === bytes?.[0]);
  if (bytes === null || type === undefined)
    throw malformed(`${quoted(vkey)} is no verifier key of type Ed25519; it looks like example.com/log+33d7b496+AeHTu4Q3….`);
  const verifier = verifierKey(name, type, bytes.subarray(1));
  if (verifier.id !== id) throw malformed(`The verifier key ${quoted(vkey)} was changed: its id should be ${verifier.id}.`);
  return verifier;
}

const SIGNATURE_TYPE_NAMES: readonly SignatureType[] = ['log', 'witness'];

/**
 * A key that signs.
 * @param secret a private key in PEM (PKCS #8), or its 32 bytes
 */
export function signerKey(name: string, secret: string | Uint8Array, type: SignatureType = 'log'): SignerKey {
  const privateKey = readPrivateKey(secret);
  if (privateKey.asymmetricKeyType !== 'ed25519')
    throw malformed(
      `A log is signed with Ed25519, not with ${privateKey.asymmetricKeyType}. Make a key with: openssl genpkey -algorithm ed25519`,
    );
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, verifier: verifierKey(name, type, spki.subarray(SPKI_PREFIX.length)) };
}

/** Never quotes what it was given. */
function readPrivateKey(secret: string | Uint8Array): KeyObject {
  if (typeof secret !== 'string') {
    if (secret.length !== KEY_BYTES) throw malformed(`An Ed25519 private key has 32 bytes, not ${secret.length}.`);
    return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secret]), format: 'der', type: 'pkcs8' });
  }
  try {
    return createPrivateKey(secret);
  } catch {
    throw malformed('This is no private key in PEM. Make one with: openssl genpkey -algorithm ed25519');
  }
}

/** Neither Unicode's spaces nor plus, which separate names in notes and keys. */
const isKeyName = (name: string): boolean =>
  // oxlint-disable-next-line no-control-regex
  name !== '' && name.isWellFormed() && !/[\p{White_Space}+\u0000-\u001f\ufeff]/u.test(name);
