import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { Fault } from '../fault.ts';
import { parseInstant } from '../time.ts';

const scalar = (
  name: string,
  serialize: (value: unknown) => unknown,
  parseValue: (value: unknown) => unknown,
): GraphQLScalarType =>
  new GraphQLScalarType({
    name,
    serialize,
    parseValue: (value) => asGraphQLError(() => parseValue(value)),
    parseLiteral: (node: ValueNode, variables) =>
      // The digits of an Int64 as they are written: as a number, the last of them would be lost.
      asGraphQLError(() =>
        parseValue(name === 'Int64' && node.kind === Kind.INT ? node.value : valueFromASTUntyped(node, variables)),
      ),
  });

/** A fault that is thrown while reading an argument would lose its code on the way; a GraphQLError keeps it. */
function asGraphQLError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) throw new GraphQLError(error.message, { extensions: { code: error.code } });
    throw error;
  }
}

function text(name: string, pattern: RegExp, example: string): (value: unknown) => string {
  return (value) => {
    if (typeof value === 'string' && value.length <= 10_000 && pattern.test(value)) return value;
    throw new Fault('BAD_USER_INPUT', { public: `Not a ${name}. A right one looks like ${example}.` });
  };
}

/** Whole numbers stay numbers where JSON keeps them exact and become text beyond. */
function int64(value: unknown): number | string {
  const whole = typeof value === 'bigint' ? value : /^-?\d{1,19}$/.test(String(value)) ? BigInt(String(value)) : null;
  if (whole === null || BigInt.asIntN(64, whole) !== whole) {
    throw new Fault('BAD_USER_INPUT', { public: 'Not a whole number of up to 64 bits. A right one looks like 42.' });
  }
  return whole >= BigInt(Number.MIN_SAFE_INTEGER) && whole <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(whole) : whole.toString();
}

const instant = (value: unknown): string => parseInstant(typeof value === 'string' ? value : JSON.stringify(value));
const urn = text('URN', /\S/u, 'urn:cadastre:dataset:postgres://db.example:5432,shop.public.orders');
const digest = text('digest', /^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hexadecimal digits');

/** Resolvers of the shared scalars, the same in every subgraph. */
export const scalarResolvers = {
  DateTime: scalar('DateTime', instant, instant),
  Int64: scalar('Int64', int64, int64),
  Urn: scalar('Urn', urn, urn),
  Digest: scalar('Digest', digest, digest),
  JSON: scalar(
    'JSON',
    (value) => value,
    (value) => value,
  ),
};
