import { sign, verify } from 'node:crypto';
import { z } from 'zod';
import { parseBase64 } from '../audit/log/hash.ts';
import { badSignature, malformed, quoted } from '../audit/log/logError.ts';
import type { SignerKey, VerifierKey } from '../audit/log/noteKey.ts';

/** DSSE v1.0.2, as it is written in JSON: https://github.com/secure-systems-lab/dsse */
export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

const SIGNATURES_MAX = 16;
/** The largest sealed version has 10,000 files, whose paths of 500 characters take 1,500 bytes in UTF-8: with its digest each is below 1,700. */
const BODY_BYTES_MAX = 10_000 * 1_700 + 1_000_000;
/** In base64, with some kilobytes around it. */
const TEXT_MAX = Math.ceil(BODY_BYTES_MAX / 3) * 4 + 10_000;
const SIGNATURE_BYTES = 64;

const envelope = z.object({
  payloadType: z.string().min(1).max(200),
  payload: z.string(),
  signatures: z
    .array(z.object({ keyid: z.string().default(''), sig: z.string() }))
    .min(1)
    .max(SIGNATURES_MAX),
});

/**
 * Signs bytes of a type: type and body are both covered, so that neither can pass for another.
 * @throws RangeError for a body that nobody would read back
 */
export function sealEnvelope(payloadType: string, body: string, { privateKey, verifier }: SignerKey): Envelope {
  const bytes = Buffer.from(body, 'utf8');
  if (bytes.length > BODY_BYTES_MAX)
    throw new RangeError(`The body of an envelope has at most ${BODY_BYTES_MAX} bytes, not ${bytes.length}.`);
  const sig = sign(null, preAuthenticated(payloadType, bytes), privateKey).toString('base64');
  return { payloadType, payload: bytes.toString('base64'), signatures: [{ keyid: `${verifier.name}+${verifier.id}`, sig }] };
}

/**
 * The bytes of an envelope, once a known key is found to have signed them. The names of keys in it are hints and prove nothing.
 * @throws LogError MALFORMED, BAD_SIGNATURE
 */
export function openEnvelope(
  text: string,
  payloadType: string,
  keys: readonly VerifierKey[],
): { readonly body: string; readonly key: VerifierKey } {
  const { payload, signatures, ...found } = parseEnvelope(text);
  if (found.payloadType !== payloadType)
    throw malformed(`The envelope holds ${quoted(found.payloadType)}, not ${quoted(payloadType)}.`);
  const bytes = parseBase64(payload);
  if (bytes === null) throw malformed('The payload of the envelope is not base64.');
  const message = preAuthenticated(payloadType, bytes);
  for (const { sig } of signatures) {
    const signature = parseBase64(sig);
    const key = keys.find(
      ({ publicKey, type }) =>
        type === 'log' && signature?.length === SIGNATURE_BYTES && verify(null, message, publicKey, signature),
    );
    if (key !== undefined) return { body: bytes.toString('utf8'), key };
  }
  throw badSignature(
    `The envelope is signed by ${signatures.map(({ keyid }) => quoted(keyid)).join(', ')}; no signature fits ${keys.map(({ name, id }) => quoted(`${name}+${id}`)).join(', ')}.`,
  );
}

function parseEnvelope(text: string): Envelope {
  if (text.length > TEXT_MAX) throw malformed(`The envelope is longer than ${TEXT_MAX} characters.`);
  const parsed = envelope.safeParse(json(text));
  if (parsed.success) return parsed.data;
  throw malformed(
    'This is no DSSE envelope; it looks like {"payloadType": "…", "payload": "…", "signatures": [{"keyid": "…", "sig": "…"}]}.',
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** PAE of DSSE: lengths before parts, so that no two pairs of type and body are signed alike. */
function preAuthenticated(payloadType: string, body: Buffer): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${body.length} `), body]);
}
