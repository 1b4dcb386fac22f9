import { randomFillSync } from 'node:crypto';

/** Prefixes of public ids, one for each kind of thing. */
export const ID_PREFIXES = {
  asset: 'ast',
  column: 'col',
  job: 'job',
  run: 'run',
  source: 'src',
  crawl: 'crl',
  domain: 'dom',
  term: 'trm',
  dataProduct: 'dpr',
  tag: 'tag',
  policy: 'pol',
  approval: 'apr',
  accessRequest: 'acr',
  event: 'evt',
  evidence: 'evd',
  hold: 'hld',
  key: 'key',
  session: 'ses',
  user: 'usr',
  team: 'tea',
  service: 'svc',
  signal: 'qsg',
  metric: 'mtr',
  model: 'mdl',
  modelVersion: 'mdv',
  decision: 'dcn',
  delegation: 'dlg',
  grant: 'grt',
  stageBinding: 'stb',
  featureBinding: 'ftb',
  webhook: 'whk',
  delivery: 'dlv',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** `<prefix>_<26 characters of base32>`: opaque to clients, ordered by creation. */
export type Id<K extends IdKind = IdKind> = string & { readonly __id: K };

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Mints an id: a uuid v7 (RFC 9562) in Crockford's base32. */
export function newId<K extends IdKind>(kind: K, nowMs: number = Date.now(), random: Uint8Array = takeRandom(10)): Id<K> {
  const bytes = Uint8Array.from([...be48(nowMs), ...random]);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `${ID_PREFIXES[kind]}_${base32(bytes)}` as Id<K>;
}

const POOL = Buffer.alloc(8_192);
let used = POOL.length;

/** Random bytes out of a pool: a crawl mints ids by the hundred thousand, and each call to the system costs ten times the id. */
function takeRandom(count: number): Uint8Array {
  if (used + count > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += count;
  return Uint8Array.prototype.slice.call(POOL, used - count, used);
}

/** True when the text has the form of an id of this kind; says nothing about whether it exists. */
export const isId = <K extends IdKind>(kind: K, text: string): text is Id<K> =>
  text.length === ID_PREFIXES[kind].length + 27 &&
  text.startsWith(`${ID_PREFIXES[kind]}_`) &&
  /^[a-z]+_[0-9a-hjkmnp-tv-z]{26}$/.test(text);

const be48 = (ms: number): number[] => [40, 32, 24, 16, 8, 0].map((shift) => Math.floor(ms / 2 ** shift) % 256);

function base32(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return text;
}
