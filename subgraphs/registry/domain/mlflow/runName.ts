const QUALITIES = [
  'amber',
  'bold',
  'calm',
  'deft',
  'eager',
  'fleet',
  'gentle',
  'hardy',
  'keen',
  'lucid',
  'mellow',
  'nimble',
  'proud',
  'quiet',
  'rapid',
  'serene',
  'tidy',
  'vivid',
  'wise',
  'young',
] as const;
const THINGS = [
  'alder',
  'badger',
  'cedar',
  'dune',
  'egret',
  'fjord',
  'grove',
  'heron',
  'inlet',
  'juniper',
  'kestrel',
  'lynx',
  'meadow',
  'newt',
  'otter',
  'plover',
  'quarry',
  'reed',
  'spruce',
  'tern',
] as const;

/** A name for a run that nobody has named. @param random bytes by which it is chosen, four of them */
export function runName(random: Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0] = random;
  return `${QUALITIES[a % QUALITIES.length] ?? ''}-${THINGS[b % THINGS.length] ?? ''}-${(c * 256 + d) % 1_000}`;
}
