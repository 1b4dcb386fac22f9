import type { CedarValueJson, Expr, PolicyJson, TypeAndId } from './cedar.ts';

/** What a residual may ask of the resource. */
export interface ResidualResource {
  readonly uid: TypeAndId;
  readonly attrs: Readonly<Record<string, CedarValueJson>>;
}

/** Ids of entities that an entity is or is in, as `Type::id`. Entities that nobody told of are only in themselves. */
export type Ancestors = ReadonlyMap<string, ReadonlySet<string>>;

/** Evaluates what is left of a policy. `null` where the policy has an error, and so does not count. */
export type ResidualTest = (resource: ResidualResource) => boolean | null;

/** Thrown for an expression that this evaluator does not know: then Cedar itself has to be asked. */
export class UnknownExpression extends Error {}

/** Cedar's evaluation error: the policy does not count. */
class EvaluationError extends Error {}

type Value =
  | { readonly kind: 'plain'; readonly value: boolean | string | bigint }
  | { readonly kind: 'entity'; readonly uid: TypeAndId }
  | { readonly kind: 'set'; readonly items: ReadonlyMap<string, Value> };
type Evaluate = (resource: ResidualResource) => Value;

/**
 * Makes a test of a residual policy (Cedar's JSON form). Knows the expressions that validated policies over our schema have; Long
 * arithmetic, records, tags and extension functions are not among them.
 * @throws UnknownExpression
 */
export function residualTest({ conditions }: PolicyJson, ancestors: Ancestors): ResidualTest {
  const clauses = conditions.map(({ kind, body }) => ({ wanted: kind === 'when', evaluate: compile(body, ancestors) }));
  return (resource) => {
    try {
      return clauses.every(({ wanted, evaluate }) => isTrue(evaluate(resource)) === wanted);
    } catch (error) {
      if (error instanceof EvaluationError) return null;
      throw error;
    }
  };
}

type Node = Readonly<Record<string, never>>;
interface Two {
  readonly left: Expr;
  readonly right: Expr;
}

function compile(expr: Expr, ancestors: Ancestors): Evaluate {
  const [operator = '', operand] = Object.entries(expr as Node)[0] ?? [];
  const maker = OPERATORS[operator];
  if (maker === undefined) throw new UnknownExpression(operator);
  return maker(operand as never, (inner) => compile(inner, ancestors), ancestors);
}

type Maker = (operand: never, of: (inner: Expr) => Evaluate, ancestors: Ancestors) => Evaluate;

const binary =
  (combine: (left: Value, right: Value, ancestors: Ancestors) => Value): Maker =>
  (operand: Two, of, ancestors) => {
    const [left, right] = [of(operand.left), of(operand.right)];
    return (resource) => combine(left(resource), right(resource), ancestors);
  };

const OPERATORS: Readonly<Record<string, Maker>> = {
  Value: (json: CedarValueJson) => {
    const value = toValue(json);
    return () => value;
  },
  unknown: (operand: readonly { readonly Value: unknown }[]) => {
    if (operand[0]?.Value !== 'resource') throw new UnknownExpression('unknown');
    return ({ uid }) => ({ kind: 'entity', uid });
  },
  Set: (members: readonly Expr[], of) => {
    const evaluated = members.map(of);
    return (resource) => setOf(evaluated.map((evaluate) => evaluate(resource)));
  },
  '.': ({ left, attr }: { readonly left: Expr; readonly attr: string }) => {
    requireResource(left);
    return ({ attrs }) => {
      const value = attrs[attr];
      if (value === undefined) throw new EvaluationError(attr);
      return toValue(value);
    };
  },
  has: ({ left, attr }: { readonly left: Expr; readonly attr: string | readonly string[] }) => {
    requireResource(left);
    const [name, ...deeper] = typeof attr === 'string' ? [attr] : attr;
    if (name === undefined || deeper.length > 0) throw new UnknownExpression('has');
    return ({ attrs }) => plain(attrs[name] !== undefined);
  },
  '&&': ({ left, right }: Two, of) => {
    const [first, second] = [of(left), of(right)];
    return (resource) => plain(isTrue(first(resource)) && isTrue(second(resource)));
  },
  '||': ({ left, right }: Two, of) => {
    const [first, second] = [of(left), of(right)];
    return (resource) => plain(isTrue(first(resource)) || isTrue(second(resource)));
  },
  '!': ({ arg }: { readonly arg: Expr }, of) => {
    const inner = of(arg);
    return (resource) => plain(!isTrue(inner(resource)));
  },
  'if-then-else': (operand: { readonly if: Expr; readonly then: Expr; readonly else: Expr }, of) => {
    const [condition, yes, no] = [of(operand.if), of(operand.then), of(operand.else)];
    return (resource) => (isTrue(condition(resource)) ? yes(resource) : no(resource));
  },
  '==': binary((left, right) => plain(keyOf(left) === keyOf(right))),
  '!=': binary((left, right) => plain(keyOf(left) !== keyOf(right))),
  '<': binary((left, right) => plain(long(left) < long(right))),
  '<=': binary((left, right) => plain(long(left) <= long(right))),
  '>': binary((left, right) => plain(long(left) > long(right))),
  '>=': binary((left, right) => plain(long(left) >= long(right))),
  contains: binary((left, right) => plain(items(left).has(keyOf(right)))),
  containsAll: binary((left, right) => plain([...items(right).keys()].every((key) => items(left).has(key)))),
  containsAny: binary((left, right) => plain([...items(right).keys()].some((key) => items(left).has(key)))),
  isEmpty: ({ arg }: { readonly arg: Expr }, of) => {
    const inner = of(arg);
    return (resource) => plain(items(inner(resource)).size === 0);
  },
  in: binary((left, right, ancestors) => {
    const over = right.kind === 'set' ? [...right.items.values()] : [right];
    return plain(over.map((one) => isIn(entity(left), entity(one), ancestors)).some(Boolean));
  }),
  is: ({ left, entity_type, in: within }: { readonly left: Expr; readonly entity_type: string; readonly in?: Expr }, of) => {
    if (within !== undefined) throw new UnknownExpression('is in');
    const inner = of(left);
    return (resource) => plain(entity(inner(resource)).type === entity_type);
  },
  like: ({ left, pattern }: { readonly left: Expr; readonly pattern: readonly ('Wildcard' | { Literal: string })[] }, of) => {
    const inner = of(left);
    const expression = new RegExp(
      `^${pattern.map((part) => (part === 'Wildcard' ? '.*' : escapeRegExp(part.Literal))).join('')}$`,
      'su',
    );
    return (resource) => plain(expression.test(text(inner(resource))));
  },
};

/** Attributes of anything but the resource would have been resolved by Cedar. */
function requireResource(expr: Expr): void {
  const [unknown] = (expr as { readonly unknown?: readonly { readonly Value: unknown }[] }).unknown ?? [];
  if (unknown?.Value !== 'resource') throw new UnknownExpression('attribute');
}

const plain = (value: boolean | string | bigint): Value => ({ kind: 'plain', value });
const setOf = (values: readonly Value[]): Value => ({
  kind: 'set',
  items: new Map(values.map((value) => [keyOf(value), value])),
});

function toValue(json: CedarValueJson): Value {
  if (typeof json === 'boolean' || typeof json === 'string') return plain(json);
  if (typeof json === 'number' && Number.isSafeInteger(json)) return plain(BigInt(json));
  if (Array.isArray(json)) return setOf(json.map(toValue));
  if (typeof json === 'object' && json !== null && '__entity' in json)
    return { kind: 'entity', uid: json['__entity'] as TypeAndId };
  throw new UnknownExpression('Value');
}

/** Equal values have equal keys, and others do not. */
function keyOf(value: Value): string {
  if (value.kind === 'plain') return `${typeof value.value} ${value.value}`;
  if (value.kind === 'entity') return `entity ${JSON.stringify([value.uid.type, value.uid.id])}`;
  return `set ${JSON.stringify([...value.items.keys()].toSorted())}`;
}

function isTrue(value: Value): boolean {
  if (value.kind === 'plain' && typeof value.value === 'boolean') return value.value;
  throw new EvaluationError('not a boolean');
}
function long(value: Value): bigint {
  if (value.kind === 'plain' && typeof value.value === 'bigint') return value.value;
  throw new EvaluationError('not a Long');
}
function text(value: Value): string {
  if (value.kind === 'plain' && typeof value.value === 'string') return value.value;
  throw new EvaluationError('not a string');
}
function items(value: Value): ReadonlyMap<string, Value> {
  if (value.kind === 'set') return value.items;
  throw new EvaluationError('not a set');
}
function entity(value: Value): TypeAndId {
  if (value.kind === 'entity') return value.uid;
  throw new EvaluationError('not an entity');
}

/** The key of an entity in `Ancestors`. */
export const entityKey = ({ type, id }: TypeAndId): string => `${type}::${id}`;

const isIn = (one: TypeAndId, other: TypeAndId, ancestors: Ancestors): boolean =>
  entityKey(one) === entityKey(other) || (ancestors.get(entityKey(one))?.has(entityKey(other)) ?? false);

const escapeRegExp = (literal: string): string => literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
