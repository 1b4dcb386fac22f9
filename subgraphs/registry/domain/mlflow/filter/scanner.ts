import { type Comparator, COMPARATORS } from './clause.ts';
import { cited, invalid } from '../mlflowFault.ts';

/** A name as it is written: `tags.team` has two parts, an attribute may have one. */
export interface Name {
  readonly prefix: string | null;
  readonly key: string;
}

const SPACE = /\s*/y;
const WORD = /[A-Za-z_]\w*/y;
/** Of keys after the dot; any others are quoted. */
const KEY = /[\p{L}\p{N}_./:-]+/uy;
const BACKTICKED = /`([^`]+)`/y;
const DOUBLE_QUOTED = /"((?:[^"]|"")*)"/y;
const SINGLE_QUOTED = /'((?:[^']|'')*)'/y;
const NUMBER = /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])/y;
const AND = /and\b/iy;
const COMPARATOR: readonly (readonly [Comparator, RegExp])[] = COMPARATORS.map((comparator) => [
  comparator,
  new RegExp(comparator.replaceAll(' ', '\\s+') + (/[A-Z]$/.test(comparator) ? '\\b' : ''), 'iy'),
]);

/** Reads a filter from left to right; what it finds depends on what is asked for, so that no guess is needed. */
export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#take(SPACE);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  and(): boolean {
    return this.#lexeme(AND) !== null;
  }

  name(): Name {
    const word = this.#take(WORD);
    if (word === null) return { prefix: null, key: this.#quotedKey() ?? this.fail('a name') };
    if (this.#text[this.#at] !== '.') return this.#end({ prefix: null, key: word[0] });
    this.#at += 1;
    const key = this.#quotedKey() ?? this.#take(KEY)?.[0];
    return this.#end({ prefix: word[0], key: key ?? this.fail('a key after the dot') });
  }

  comparator(): Comparator {
    const found = COMPARATOR.find(([, form]) => this.#lexeme(form) !== null);
    return found?.[0] ?? this.fail(`one of ${COMPARATORS.join(', ')}`);
  }

  /** Null when no text stands here. */
  text(): string | null {
    const [, single] = this.#lexeme(SINGLE_QUOTED) ?? [];
    if (single !== undefined) return single.replaceAll("''", "'");
    const [, double] = this.#lexeme(DOUBLE_QUOTED) ?? [];
    return double?.replaceAll('""', '"') ?? null;
  }

  /** Null when no number stands here. */
  number(): number | null {
    const [written] = this.#lexeme(NUMBER) ?? [];
    return written === undefined ? null : Number(written);
  }

  sign(character: '(' | ')' | ','): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return this.#end(true);
  }

  /** A word, such as a direction of an order. */
  word(): string | null {
    return this.#lexeme(WORD)?.[0] ?? null;
  }

  fail(wanted: string): never {
    const rest = this.#text.slice(this.#at);
    const found = rest === '' ? 'the end' : cited(rest.slice(0, 40));
    throw invalid(
      `Invalid clause(s) in filter string: at character ${this.#at + 1} there should be ${wanted}, and there is ${found}.`,
    );
  }

  #quotedKey(): string | null {
    const [, key] = this.#take(BACKTICKED) ?? this.#take(DOUBLE_QUOTED) ?? [];
    return key === undefined ? null : this.#end(key);
  }

  #lexeme(form: RegExp): RegExpExecArray | null {
    const match = this.#take(form);
    return match === null ? null : this.#end(match);
  }

  #end<T>(value: T): T {
    this.#take(SPACE);
    return value;
  }

  #take(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const match = form.exec(this.#text);
    if (match !== null) this.#at = form.lastIndex;
    return match;
  }
}
