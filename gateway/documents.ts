import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import { limitRules, tokensMax } from './limits.ts';
import { Lru } from './lru.ts';

export interface Refused {
  readonly errors: readonly GraphQLError[];
}

/** Parses and validates texts, and remembers the good ones. */
export function parseAndValidate(schema: GraphQLSchema, documentsMax: number): (source: string) => DocumentNode | Refused {
  const known = new Lru<DocumentNode>(documentsMax);
  const rules = [...specifiedRules, ...limitRules()];
  return (source) => {
    const remembered = known.get(source);
    if (remembered !== undefined) return remembered;
    const document = parsed(source);
    if ('errors' in document) return document;
    const errors = validate(schema, document, rules, { maxErrors: 10 });
    if (errors.length > 0) return { errors: errors.map(coded) };
    known.set(source, document);
    return document;
  };
}

function parsed(source: string): DocumentNode | Refused {
  try {
    return parse(source, { maxTokens: tokensMax() });
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [coded(error)] };
    throw error;
  }
}

function coded(error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions } = error;
  const extensions = { code: 'BAD_USER_INPUT', ...error.extensions };
  return new GraphQLError(message, { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, extensions });
}
