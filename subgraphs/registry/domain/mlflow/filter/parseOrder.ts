import { cited, invalid } from '../mlflowFault.ts';
import type { Order } from './clause.ts';
import type { Grammar } from './grammar.ts';
import { identify } from './parseFilter.ts';
import { Scanner } from './scanner.ts';

const ORDERS_MAX = 20;
const CHARS_MAX = 1_000;

/** Reads `name DESC` and the like. @throws Fault INVALID_PARAMETER_VALUE */
export function parseOrder(written: readonly string[], grammar: Grammar): readonly Order[] {
  if (written.length > ORDERS_MAX) throw invalid(`order_by has more than ${ORDERS_MAX} parts.`);
  const orders = written.map((part) => parsePart(part, grammar));
  const names = orders.map(({ subject, key }) => `${subject}.${key}`);
  const second = names.find((name, i) => names.indexOf(name) !== i);
  if (second !== undefined) throw invalid(`order_by contains duplicate fields: ${cited(second)}.`);
  return orders;
}

function parsePart(written: string, grammar: Grammar): Order {
  if (written.length > CHARS_MAX) throw invalid(`A part of order_by has more than ${CHARS_MAX} characters.`);
  const scanner = new Scanner(written);
  const { subject, key } = identify(scanner.name(), grammar);
  const direction = scanner.isAtEnd ? 'ASC' : scanner.word()?.toUpperCase();
  if ((direction !== 'ASC' && direction !== 'DESC') || !scanner.isAtEnd)
    throw invalid(`Invalid order_by clause ${cited(written)}: write a name and ASC or DESC, such as "name DESC".`);
  const isAllowed = subject === 'attribute' ? grammar.orders.has(key) : grammar.isOrderedByKeys && subject !== 'dataset';
  if (!isAllowed)
    throw invalid(
      `Invalid order by key ${cited(key)} in a search of ${grammar.of}: use one of ${[...grammar.orders].join(', ')}.`,
    );
  return { subject, key, isAscending: direction === 'ASC' };
}
