/** Functions whose result says nothing readable of what went in. */
export const MASKING_FUNCTIONS: ReadonlySet<string> = new Set([
  'md5', 'm_d5', 'md5_digest', 'sha', 'sha1', 'sha2', 'sha224', 'sha256', 'sha384', 'sha512', 's_h_a', 's_h_a1_digest', 's_h_a2', 'hash',
  'hashbytes', 'farm_fingerprint', 'murmurhash3', 'xxhash64', 'siphash64', 'cityhash64', 'mask', 'anonymize', 'crc32', 'standard_hash',
  'ora_hash', 'count',
]);
