/** Words for one type, of different engines and standards. */
const SYNONYMS: Readonly<Record<string, string>> = {
  int: 'integer',
  int4: 'integer',
  int32: 'integer',
  int8: 'bigint',
  int64: 'bigint',
  int2: 'smallint',
  bool: 'boolean',
  'character varying': 'varchar',
  string: 'varchar',
  text: 'varchar',
  character: 'char',
  number: 'decimal',
  numeric: 'decimal',
  float8: 'double',
  float64: 'double',
  'double precision': 'double',
  float4: 'real',
  timestamptz: 'timestamp with time zone',
  'timestamp without time zone': 'timestamp',
};

/** Each holds what stands before it. */
const INTEGERS = ['tinyint', 'smallint', 'integer', 'bigint'];

interface Type {
  readonly word: string;
  readonly sizes: readonly number[];
}

export const sameType = (a: string, b: string): boolean => textOf(typeOf(a)) === textOf(typeOf(b));

/** Whether every value of the old type is one of the new, so that nobody who reads it needs to care. */
export function isWidening(from: string, to: string): boolean {
  const [a, b] = [typeOf(from), typeOf(to)];
  if (INTEGERS.includes(a.word) && INTEGERS.includes(b.word)) return INTEGERS.indexOf(a.word) <= INTEGERS.indexOf(b.word);
  if (a.word === 'real' && b.word === 'double') return true;
  if (a.word !== b.word) return a.word === 'char' && b.word === 'varchar' && fits(a.sizes[0], b.sizes[0]);
  if (a.word === 'varchar' || a.word === 'char') return fits(a.sizes[0], b.sizes[0]);
  return a.word === 'decimal' && decimalFits(a.sizes, b.sizes);
}

const fits = (a: number | undefined, b: number | undefined): boolean => b === undefined || (a !== undefined && a <= b);

function decimalFits([a, aScale = 0]: readonly number[], [b, bScale = 0]: readonly number[]): boolean {
  // What a DECIMAL without digits holds is another matter with each engine.
  return a !== undefined && b !== undefined && aScale <= bScale && a - aScale <= b - bScale;
}

function typeOf(written: string): Type {
  const plain = written.trim().toLowerCase().replace(/\s+/g, ' ');
  const match = /^([^()<>[\]]+?)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)$/.exec(plain);
  const word = match?.[1] ?? plain;
  return {
    word: Object.hasOwn(SYNONYMS, word) ? (SYNONYMS[word] ?? word) : word,
    sizes: [match?.[2], match?.[3]].flatMap((size) => (size === undefined ? [] : [Number(size)])),
  };
}

const textOf = ({ word, sizes }: Type): string => `${word}(${sizes.join(',')})`;
