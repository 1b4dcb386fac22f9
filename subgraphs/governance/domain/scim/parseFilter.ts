import type { Fault } from '../../../../kernel/fault.ts';
import { parseInstant } from '../../../../kernel/time.ts';
import { type Attribute, attributesOf, named, type ResourceSchema } from './attribute.ts';
import { type Comparison, COMPARISONS, type Filter, type Target } from './filter.ts';
import { type Token, tokenize } from './filterTokens.ts';
import { scimFault } from './scimFault.ts';

const TERMS_MAX = 50;
const DEPTH_MAX = 20;

/** Reads a filter on resources, e.g. `userName eq "ada@example.com" and not (active eq false)`. @throws Fault BAD_USER_INPUT invalidFilter */
export const parseFilter = (text: string, schema: ResourceSchema): Filter =>
  new Parser(tokenize(text), attributesOf(schema), `${schema.id}:`).whole();

/** Reads a filter on the values of one attribute, as it stands in brackets. @throws Fault BAD_USER_INPUT invalidFilter */
export const parseValueFilter = (text: string, { subAttributes = [] }: Attribute): Filter =>
  new Parser(tokenize(text), subAttributes, '').whole();

/** `and` binds more than `or`, and `not` more than both. */
class Parser {
  readonly #tokens: readonly Token[];
  #attributes: readonly Attribute[];
  readonly #prefix: string;
  #at = 0;
  #terms = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], attributes: readonly Attribute[], prefix: string) {
    this.#tokens = tokens;
    this.#attributes = attributes;
    this.#prefix = prefix.toLowerCase();
  }

  whole(): Filter {
    const filter = this.#alternatives();
    if (this.#at < this.#tokens.length) throw this.#wrong('an `and` or `or`, or the end');
    return filter;
  }

  #alternatives(): Filter {
    let left = this.#conjunction();
    while (this.#takesWord('or')) left = { kind: 'or', left, right: this.#conjunction() };
    return left;
  }

  #conjunction(): Filter {
    let left = this.#term();
    while (this.#takesWord('and')) left = { kind: 'and', left, right: this.#term() };
    return left;
  }

  #term(): Filter {
    if (++this.#terms > TERMS_MAX) throw scimFault('invalidFilter', `A filter has at most ${TERMS_MAX} terms.`);
    const after = this.#tokens[this.#at + 1];
    if (this.#isWord('not') && after?.kind === 'mark' && after.text === '(') {
      this.#at++;
      return { kind: 'not', of: this.#bracketed('(', ')') };
    }
    return this.#isMark('(') ? this.#bracketed('(', ')') : this.#expression();
  }

  #bracketed(open: '(' | '[', close: ')' | ']'): Filter {
    if (++this.#depth > DEPTH_MAX) throw scimFault('invalidFilter', `A filter is at most ${DEPTH_MAX} brackets deep.`);
    this.#expectMark(open);
    const inner = this.#alternatives();
    this.#expectMark(close);
    this.#depth--;
    return inner;
  }

  #expression(): Filter {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word') throw this.#wrong('an attribute');
    this.#at++;
    const [attribute, sub] = this.#resolve(token.text);
    if (this.#isMark('[')) return this.#someOf(attribute, sub);
    if (!attribute.multiValued) return this.#leaf(singleTarget(attribute, sub));
    if (sub === null && this.#isWord('pr')) return this.#leaf({ path: [attribute.name], attribute });
    // Without a dot the value is meant.
    const wanted = sub ?? named(attribute.subAttributes ?? [], 'value');
    if (wanted === undefined) throw scimFault('invalidFilter', `${attribute.name} cannot be compared.`);
    return someLeaf(attribute, this.#leaf({ path: [wanted.name], attribute: wanted }));
  }

  #someOf(attribute: Attribute, sub: Attribute | null): Filter {
    if (!attribute.multiValued || sub !== null) throw scimFault('invalidFilter', `${attribute.name} has not several values.`);
    const outer = this.#attributes;
    this.#attributes = attribute.subAttributes ?? [];
    const where = this.#bracketed('[', ']');
    this.#attributes = outer;
    return { kind: 'some', attribute, where };
  }

  #resolve(written: string): readonly [Attribute, Attribute | null] {
    const lower = written.toLowerCase();
    const text = this.#prefix !== '' && lower.startsWith(this.#prefix) ? written.slice(this.#prefix.length) : written;
    const [first = '', second, ...more] = text.split('.');
    const attribute = named(this.#attributes, first);
    const sub = second === undefined ? null : named(attribute?.subAttributes ?? [], second);
    if (attribute === undefined || sub === undefined || more.length > 0)
      throw scimFault('invalidFilter', `There is no attribute ${written.slice(0, 100)} to filter by.`);
    return [attribute, sub];
  }

  #leaf(target: Target): Filter {
    if (this.#takesWord('pr')) return { kind: 'present', target };
    const token = this.#tokens[this.#at];
    const word = token?.kind === 'word' ? token.text.toLowerCase() : '';
    if (word !== 'ne' && !isComparison(word)) throw this.#wrong(`pr, ne or one of ${COMPARISONS.join(', ')}`);
    this.#at++;
    const literal = this.#tokens[this.#at];
    if (literal?.kind !== 'value') throw this.#wrong('a value: a text in double quotes, true, false or null');
    this.#at++;
    const found = compared(target, word === 'ne' ? 'eq' : word, literal.value);
    return word === 'ne' ? { kind: 'not', of: found } : found;
  }

  #isWord(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'word' && token.text.toLowerCase() === text;
  }

  #takesWord(text: string): boolean {
    const isHere = this.#isWord(text);
    if (isHere) this.#at++;
    return isHere;
  }

  #isMark(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'mark' && token.text === text;
  }

  #expectMark(text: string): void {
    if (!this.#isMark(text)) throw this.#wrong(`a ${text}`);
    this.#at++;
  }

  #wrong(expected: string): Fault {
    const token = this.#tokens[this.#at];
    const place = token === undefined ? 'at its end' : `at character ${token.at + 1}`;
    return scimFault('invalidFilter', `The filter needs ${expected}, ${place}.`);
  }
}

const isComparison = (word: string): word is Comparison => COMPARISONS.some((one) => one === word);

function singleTarget(attribute: Attribute, sub: Attribute | null): Target {
  return sub === null ? { path: [attribute.name], attribute } : { path: [attribute.name, sub.name], attribute: sub };
}

/** `emails.type ne "work"` says that none is of this type. */
const someLeaf = (attribute: Attribute, leaf: Filter): Filter =>
  leaf.kind === 'not'
    ? { kind: 'not', of: { kind: 'some', attribute, where: leaf.of } }
    : { kind: 'some', attribute, where: leaf };

function compared(target: Target, comparison: Comparison, value: string | number | boolean | null): Filter {
  const { attribute } = target;
  if (attribute.type === 'complex') throw scimFault('invalidFilter', `${attribute.name} has parts. Compare one, with a dot.`);
  if (value === null) {
    if (comparison !== 'eq') throw scimFault('invalidFilter', `Nothing is ${comparison} null. Ask with pr, eq or ne.`);
    return { kind: 'not', of: { kind: 'present', target } };
  }
  return { kind: 'compare', target, comparison, value: literalOf(attribute, comparison, value) };
}

function literalOf({ name, type }: Attribute, comparison: Comparison, value: string | number | boolean): string | boolean {
  const wrong = (what: string) => scimFault('invalidFilter', `${name} ${what}.`);
  if (type === 'boolean') {
    if (comparison !== 'eq') throw wrong('is true or false: ask with eq, ne or pr');
    // Some clients write truth in quotes.
    const text = String(value).toLowerCase();
    if (typeof value === 'number' || (text !== 'true' && text !== 'false')) throw wrong('is compared with true or false');
    return text === 'true';
  }
  if (typeof value !== 'string') throw wrong('is compared with a text in double quotes');
  if (type !== 'dateTime') return value;
  if (comparison === 'co' || comparison === 'sw' || comparison === 'ew')
    throw wrong('is a moment: ask with eq, ne, gt, ge, lt or le');
  try {
    return parseInstant(value);
  } catch {
    throw wrong('is compared with a moment, e.g. "2026-11-21T11:37:08Z"');
  }
}
