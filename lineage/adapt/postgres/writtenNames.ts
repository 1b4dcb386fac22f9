import type { Name, Span } from '../../ir/ir.ts';
import { isNode } from '../node.ts';

const PART = /\s*(?:"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*))/uy;
const DOT = /\s*\./y;

/**
 * Names as they stand in the statement. PostgreSQL's parser folds them and forgets the quotes, and it counts bytes where
 * everybody else counts characters.
 */
export class WrittenNames {
  private readonly text: string;
  /** Characters by byte, in UTF-16 units and in code points; null where all are the same. */
  private readonly offsets: { readonly units: readonly number[]; readonly points: readonly number[] } | null;

  constructor(text: string) {
    this.text = text;
    this.offsets = /[^\0-\x7f]/.test(text) ? offsetsByByte(text) : null;
  }

  /** The names that begin at a position, if they are those that the parser found there. */
  at(location: unknown, folded: readonly string[]): readonly Name[] {
    const names = typeof location === 'number' && location >= 0 ? this.read(location, folded.length) : [];
    const alike = names.length === folded.length && names.every((name, at) => same(name, folded[at] ?? ''));
    return alike ? names : folded.map((name) => ({ text: name, quoted: true }));
  }

  /** From the first to the last position that the parser knows of inside an expression. */
  hullOf(value: unknown): Span | null {
    let start = Infinity;
    let end = -1;
    const visit = (each: unknown): void => {
      if (Array.isArray(each)) each.forEach(visit);
      else if (isNode(each)) {
        const location = each['location'];
        if (typeof location === 'number' && location >= 0) {
          start = Math.min(start, location);
          end = Math.max(end, location);
        }
        for (const key in each) if (key !== 'typeName' && typeof each[key] === 'object') visit(each[key]);
      }
    };
    visit(value);
    return end < 0 ? null : { start: this.point(start), end: this.point(end) + 1 };
  }

  private read(location: number, count: number): readonly Name[] {
    const names: Name[] = [];
    let at = this.offsets?.units[location] ?? location;
    while (names.length < count) {
      PART.lastIndex = at;
      const [whole, quoted, plain] = PART.exec(this.text) ?? [];
      if (whole === undefined) break;
      names.push(
        plain === undefined ? { text: (quoted ?? '').replaceAll('""', '"'), quoted: true } : { text: plain, quoted: false },
      );
      DOT.lastIndex = at + whole.length;
      if (!DOT.test(this.text)) break;
      at = DOT.lastIndex;
    }
    return names;
  }

  private point(location: number): number {
    return this.offsets?.points[location] ?? location;
  }
}

const same = (name: Name, folded: string): boolean =>
  name.quoted ? name.text === folded : name.text.toLowerCase() === folded.toLowerCase();

function offsetsByByte(text: string): { units: number[]; points: number[] } {
  const units: number[] = [];
  const points: number[] = [];
  let unit = 0;
  let point = 0;
  for (const char of text) {
    for (let byte = Buffer.byteLength(char); byte > 0; byte -= 1) {
      units.push(unit);
      points.push(point);
    }
    unit += char.length;
    point += 1;
  }
  return { units, points };
}
