import fc from 'fast-check';
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from 'graphql';

/** A random operation that is valid for the schema it was made for. */
export interface RandomOperation {
  readonly source: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Arbitrary valid operations: fragments, aliases that collide or have evil names, @skip and @include by constant and by
 * variable, arguments by literal and by variable with and without default, nulls, abstract types. They are read off a
 * tape of numbers, so that shrinking the tape shrinks the operation.
 */
export function operationsFor(schema: GraphQLSchema, kind: 'query' | 'mutation' = 'query'): fc.Arbitrary<RandomOperation> {
  return fc
    .array(fc.nat(9999), { minLength: 5, maxLength: 300, size: 'max' })
    .map((tape) => new Writer(schema, tape).operation(kind))
    .filter(({ source }) => validate(schema, parse(source)).length === 0);
}

const ALIASES = ['x', 'y', 'id', 'name', '__proto__', 'constructor', 'rowCount', '__typename', 'representations'];
const LEVELS_MAX = 5;

class Writer {
  readonly #schema: GraphQLSchema;
  readonly #tape: readonly number[];
  #position = 0;
  readonly #definitions: string[] = [];
  readonly #declared = new Map<string, { type: string; value?: unknown; fallback?: string }>();
  readonly #fragments = new Map<string, string>();

  constructor(schema: GraphQLSchema, tape: readonly number[]) {
    this.#schema = schema;
    this.#tape = tape;
  }

  operation(kind: 'query' | 'mutation'): RandomOperation {
    const root = kind === 'query' ? this.#schema.getQueryType() : this.#schema.getMutationType();
    if (root == null) throw new Error(`The schema has no ${kind} type.`);
    const body = this.#selectionSet(root, 0);
    const declared = [...this.#declared];
    const head = declared.map(
      ([name, { type, fallback }]) => `$${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`,
    );
    const variables = Object.fromEntries(declared.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])));
    const source = [`${kind}${head.length > 0 ? `(${head.join(', ')})` : ''} ${body}`, ...this.#definitions].join('\n');
    return { source, variables };
  }

  /** The next choice below n; the tape runs out into zeros, which always mean the smallest thing. */
  #choose(n: number): number {
    return (this.#tape[this.#position++] ?? 0) % n;
  }

  #selectionSet(type: GraphQLCompositeType, level: number): string {
    const count = 1 + this.#choose(level === 0 ? 4 : 5);
    const parts = Array.from({ length: count }, () => this.#selection(type, level));
    return `{ ${parts.filter((part) => part !== '').join(' ') || '__typename'} }`;
  }

  #selection(type: GraphQLCompositeType, level: number): string {
    const way = this.#choose(10);
    if (way === 8 && level < LEVELS_MAX) return this.#inlineFragment(type, level);
    if (way === 9 && level < LEVELS_MAX) return this.#spread(type, level);
    if (isAbstractType(type) && (!isInterfaceType(type) || way > 4)) return this.#inlineFragment(type, level);
    return this.#field(type, level);
  }

  #field(type: GraphQLCompositeType, level: number): string {
    const fields: GraphQLField<unknown, unknown>[] = 'getFields' in type ? Object.values(type.getFields()) : [];
    const usable = fields.filter((candidate) => level < LEVELS_MAX || !isCompositeType(getNamedType(candidate.type)));
    const field = usable[this.#choose(usable.length + 1)];
    const alias = this.#choose(4) === 1 ? `${ALIASES[this.#choose(ALIASES.length)] ?? 'x'}: ` : '';
    if (field === undefined) return `${alias}__typename`;
    const named = getNamedType(field.type);
    const body = isCompositeType(named) ? ` ${this.#selectionSet(named, level + 1)}` : '';
    return `${alias}${field.name}${this.#arguments(field)}${this.#directives()}${body}`;
  }

  #inlineFragment(type: GraphQLCompositeType, level: number): string {
    const condition = this.#narrower(type);
    const head = this.#choose(6) === 0 && condition === type ? '...' : `... on ${condition.name}`;
    return `${head}${this.#directives()} ${this.#selectionSet(condition, level + 1)}`;
  }

  #spread(type: GraphQLCompositeType, level: number): string {
    const condition = this.#narrower(type);
    const known = [...this.#fragments].filter(([, on]) => on === condition.name);
    const reused = known[this.#choose(known.length + 1)];
    if (reused !== undefined) return `...${reused[0]}${this.#directives()}`;
    const body = this.#selectionSet(condition, level + 1);
    // Registered only when it is complete, so that no fragment can contain itself.
    const name = `F${this.#fragments.size}`;
    this.#fragments.set(name, condition.name);
    this.#definitions.push(`fragment ${name} on ${condition.name} ${body}`);
    return `...${name}${this.#directives()}`;
  }

  #narrower(type: GraphQLCompositeType): GraphQLCompositeType {
    const interfaces = isObjectType(type) ? type.getInterfaces() : [];
    const possible = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [];
    const choices = [...possible, type, ...interfaces];
    return choices[this.#choose(choices.length)] ?? type;
  }

  #directives(): string {
    if (this.#choose(5) !== 1) return '';
    const name = this.#choose(2) === 0 ? 'include' : 'skip';
    const which = this.#choose(5);
    if (which === 0) return ` @${name}(if: ${name === 'include'})`;
    if (which === 1) return ` @${name}(if: ${this.#choose(2) === 0})`;
    const variable = `if${this.#choose(3)}`;
    this.#declared.set(variable, this.#declared.get(variable) ?? this.#condition());
    return ` @${name}(if: $${variable})`;
  }

  #condition() {
    const value = this.#choose(2) === 0;
    return this.#choose(3) === 0 ? { type: 'Boolean', fallback: String(value) } : { type: 'Boolean!', value };
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const given = field.args.flatMap((argument) => {
      const required = isNonNullType(argument.type) && argument.defaultValue === undefined;
      if (!required && this.#choose(3) === 0) return [];
      return [`${argument.name}: ${this.#choose(2) === 0 ? this.#literal(argument.type, 0) : this.#variable(argument.type)}`];
    });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  #variable(type: GraphQLInputType): string {
    // `representations` is what the planner calls its own variable.
    const name = `${['a', 'representations', '__batch_reps_'][this.#choose(3)] ?? 'a'}${this.#declared.size || ''}`;
    if (this.#declared.has(name)) return this.#literal(type, 0);
    const optional = !isNonNullType(type);
    const way = this.#choose(4);
    if (way === 0) this.#declared.set(name, { type: String(type), fallback: this.#literal(type, 0) });
    else if (way === 1 && optional) this.#declared.set(name, { type: String(type) });
    else this.#declared.set(name, { type: String(type), value: this.#value(type, 0) });
    return `$${name}`;
  }

  #literal(type: GraphQLInputType, level: number): string {
    return asLiteral(this.#value(type, level), type);
  }

  #value(type: GraphQLInputType, level: number): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, level);
    if (this.#choose(6) === 5) return isNullable(type) && level > 0 ? null : this.#present(type, level);
    return this.#present(type, level);
  }

  #present(type: GraphQLInputType, level: number): unknown {
    if (isNonNullType(type)) return this.#present(type.ofType, level);
    if (isListType(type)) return Array.from({ length: this.#choose(3) }, () => this.#presentItem(type.ofType, level + 1));
    if (isEnumType(type)) return type.getValues()[this.#choose(type.getValues().length)]?.name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => {
        const required = isNonNullType(field.type) && field.defaultValue === undefined;
        return required || (this.#choose(2) === 1 && (level < 2 || !isInputObjectType(getNamedType(field.type))));
      });
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.type, level + 1)]));
    }
    return this.#scalar(type);
  }

  #presentItem(type: GraphQLInputType, level: number): unknown {
    return this.#present(type, level);
  }

  #scalar(type: GraphQLNamedType): unknown {
    const pick = this.#choose(4);
    if (type.name === 'Int') return [2, 0, 1, 3][pick];
    if (type.name === 'Float') return [0.5, 2, 0, -1][pick];
    if (type.name === 'Boolean') return pick % 2 === 0;
    if (type.name === 'ID') return ['d1', 'j1', 'd2', 'm2'][pick];
    return ['a', 'none', '', 'é"\\'][pick];
  }
}

const isNullable = (type: GraphQLInputType): boolean => !isNonNullType(type);

function asLiteral(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return asLiteral(value, type.ofType);
  if (value === null || value === undefined) return 'null';
  if (isListType(type)) return `[${(value as unknown[]).map((item) => asLiteral(item, type.ofType)).join(', ')}]`;
  if (isEnumType(type)) return value as string;
  if (!isInputObjectType(type)) return JSON.stringify(value);
  const fields = type.getFields();
  const entries = Object.entries(value as Record<string, unknown>);
  return `{ ${entries.map(([name, item]) => `${name}: ${asLiteral(item, fields[name]?.type ?? type)}`).join(', ')} }`;
}
