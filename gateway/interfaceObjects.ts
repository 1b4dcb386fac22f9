import type { EntityBatchAlias, RequiresSelection } from '@graphql-hive/router-query-planner';
import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { fieldsOf } from './operation.ts';
import type { Reading } from './plan.ts';
import type { SubgraphOperation } from './subgraph.ts';

/**
 * The requirements of a fetch from a subgraph that knows an interface as an object. When the client asks different
 * types for different fields of it, the planner joins the fields into one fetch but keeps the requirements of one type
 * only, so entities of the others would be left out without a word. This adds them again: every type of which the
 * client asks something that the fetch brings.
 */
export function requiresOfAllTypes(
  node: EntityBatchAlias,
  operation: SubgraphOperation,
  reading: Reading,
): readonly RequiresSelection[] {
  const target = interfaceAskedFor(node);
  if (target === undefined) return node.requires;
  const typed = node.requires.filter((selection) => selection.kind === 'InlineFragment');
  const pattern = typed.find(({ typeCondition }) => reading.supergraph.satisfies(typeCondition, target));
  if (pattern === undefined) return node.requires;
  const { document } = operation;
  const brought = new Set([...fieldsOf(selectionsOf(document, node.alias), fragmentsOf(document))].map(keyOf));
  const missing = reading.supergraph.membersOf(target).filter((typename) => {
    if (typed.some(({ typeCondition }) => reading.supergraph.satisfies(typename, typeCondition))) return false;
    return node.paths.some((path) => reading.asksFor(path, typename, brought));
  });
  return [...node.requires, ...missing.map((typeCondition) => ({ ...pattern, typeCondition }))];
}

/** The interface whose name the representations take on: the mark of an interface object. */
function interfaceAskedFor({ inputRewrites }: EntityBatchAlias): string | undefined {
  for (const rewrite of inputRewrites ?? []) {
    const setter = 'ValueSetter' in rewrite ? rewrite.ValueSetter : 'setValueTo' in rewrite ? rewrite : undefined;
    const last = setter?.path.at(-1);
    if (setter !== undefined && last !== undefined && 'Key' in last && last.Key === '__typename') return setter.setValueTo;
  }
  return undefined;
}

function selectionsOf(document: DocumentNode, alias: string): SelectionSetNode[] {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const fields = fieldsOf(
    operations.map((operation) => operation.selectionSet),
    new Map(),
  );
  return [...fields].flatMap((field) => (keyOf(field) === alias && field.selectionSet !== undefined ? [field.selectionSet] : []));
}

const fragmentsOf = (document: DocumentNode) =>
  new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])));

const keyOf = (field: {
  readonly alias?: { readonly value: string } | undefined;
  readonly name: { readonly value: string };
}): string => field.alias?.value ?? field.name.value;
