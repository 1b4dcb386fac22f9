import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** The secret as receivers get it. @param random 32 bytes */
export function secretText(random: Buffer): string {
  if (random.length !== SECRET_BYTES) throw new RangeError(`A secret has ${SECRET_BYTES} bytes.`);
  return `${PREFIX}${random.toString('base64')}`;
}

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com): a receiver recomputes the HMAC-SHA256 of id, time and body, and
 * refuses what is older than it likes, so that nobody can send an old message again.
 * @param secrets one, or two while one takes over from the other
 */
export function signedHeaders(
  id: string,
  epochSeconds: number,
  body: string,
  secrets: readonly string[],
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const signed = `${id}.${epochSeconds}.${body}`;
  const signature = (secret: string): string => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(signed, 'utf8').digest('base64')}`;
  };
  return {
    'webhook-id': id,
    'webhook-timestamp': String(epochSeconds),
    'webhook-signature': secrets.map(signature).join(' '),
  };
}
