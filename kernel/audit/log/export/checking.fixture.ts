import { createHash } from 'node:crypto';
import { LogError } from '../logError.ts';
import type { Trust } from './exportAnchors.ts';
import { ExportVerifier, type ExportReport } from './exportVerifier.ts';

export function verify(text: string | Buffer, trust: Partial<Trust> = {}, chunkBytes = 1 << 20): ExportReport {
  const bytes = Buffer.from(text);
  const verifier = new ExportVerifier({ keys: [], witnesses: [], checkpoints: [], ...trust });
  for (let at = 0; at < bytes.length; at += chunkBytes) verifier.push(bytes.subarray(at, at + chunkBytes));
  return verifier.end();
}

export function refusal(text: string | Buffer, trust: Partial<Trust> = {}): LogError {
  try {
    verify(text, trust);
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
  throw new Error('The export was accepted.');
}

export const kept = (note: string, name = 'kept.txt') => ({ checkpoints: [{ name, note: Buffer.from(note) }] });

/** What a forger who knows the format does: all that needs no key. */
export function refooted(changed: readonly string[]): string {
  const body = `${changed.slice(0, -1).join('\n')}\n`;
  const entries = changed.filter((line) => line.startsWith('{"index"')).length;
  const details = changed.filter((line) => line.startsWith('{"detailOf"')).length;
  return `${body}${JSON.stringify({ entries, details, sha256: createHash('sha256').update(body).digest('hex') })}\n`;
}
