import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  isInputObjectType,
  Kind,
  type SelectionSetNode,
  type TypeNode,
  visit,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { RunOperation } from './inProcessSubgraph.ts';
import type { SubgraphOperation } from './subgraph.ts';

/** Above this, the code that would be generated costs more than it saves. */
const FIELDS_MAX = 300;

/**
 * Runs operations as code that is generated once for each of them: plans are few and run often, so this pays. What the
 * generated code is known to answer differently goes to graphql-js.
 */
export function compiledOperations(schema: GraphQLSchema): RunOperation {
  const compiled = new WeakMap<SubgraphOperation, CompiledQuery | 'interpreted'>();
  return (operation, variables, contextValue) => {
    const known = compiled.get(operation) ?? compiledOrNot(schema, operation.document);
    compiled.set(operation, known);
    if (known !== 'interpreted') return withRealErrors(known.query(undefined, contextValue, variables));
    return execute({ schema, document: operation.document, variableValues: variables, contextValue });
  };
}

/** The generated code makes errors of its own kind, without the extensions that every GraphQLError has. */
async function withRealErrors(running: ExecutionResult | Promise<ExecutionResult>): Promise<ExecutionResult> {
  const { errors, ...result } = await running;
  if (errors === undefined) return result;
  return {
    ...result,
    errors: errors.map(({ message, path, originalError }) => new GraphQLError(message, { path, originalError })),
  };
}

function compiledOrNot(schema: GraphQLSchema, document: DocumentNode): CompiledQuery | 'interpreted' {
  if (!mayBeCompiled(schema, document)) return 'interpreted';
  const result = compileQuery(schema, document);
  return isCompiledQuery(result) ? result : 'interpreted';
}

/**
 * The differences that a comparison over random operations found:
 * - directives: generated conditions grow exponentially where fragments nest;
 * - variables of input object types: a type that contains itself never finishes compiling;
 * - variables that may be left out though their type is non-null, for their default: refused;
 * - a key selected twice in one place: error messages name the field twice;
 * - the key `__proto__`: lost.
 * None of them occurs in entity fetches, which are most of the work.
 */
export function mayBeCompiled(schema: GraphQLSchema, document: DocumentNode): boolean {
  let fields = 0;
  let compilable = true;
  const refuse = (): void => {
    compilable = false;
  };
  visit(document, {
    Directive: refuse,
    VariableDefinition: ({ type, defaultValue }) => {
      const optional = defaultValue !== undefined && type.kind === Kind.NON_NULL_TYPE;
      if (optional || isInputObjectType(schema.getType(namedTypeOf(type)))) refuse();
    },
    Field: () => {
      fields++;
    },
    SelectionSet: (set) => {
      if (repeatsKey(set)) refuse();
    },
  });
  return compilable && fields <= FIELDS_MAX;
}

function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);
}

/** Fragments are not entered: what they repeat has the same type condition at most, and is then told correctly. */
function repeatsKey({ selections }: SelectionSetNode): boolean {
  const keys = selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.alias?.value ?? node.name.value] : []));
  return keys.includes('__proto__') || new Set(keys).size < keys.length;
}
