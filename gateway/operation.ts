import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** One operation of a document, with the fragments it may spread. */
export interface Operation {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** @throws GraphQLError when the name does not pick exactly one operation. */
export function pickOperation(document: DocumentNode, operationName: string | undefined): Operation {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const candidates: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (operationName === undefined || definition.name?.value === operationName) candidates.push(definition);
  }
  const [definition, ambiguous] = candidates;
  if (definition === undefined) throw refused(`The document has no operation named "${operationName ?? ''}".`);
  if (ambiguous !== undefined) throw refused('The document has several operations. Say which with `operationName`.');
  if (definition.operation === 'subscription') throw refused('Subscriptions are not served here.');
  return { definition, fragments };
}

/** The fields of the selection sets, through those fragments whose type condition applies. */
export function* fieldsOf(
  sets: readonly SelectionSetNode[],
  fragments: Operation['fragments'],
  applies: (condition: string) => boolean = () => true,
): Generator<FieldNode> {
  const spread = new Set<string>();
  const pending = sets.flatMap((set) => set.selections).reverse();
  for (let selection = pending.pop(); selection !== undefined; selection = pending.pop()) {
    if (selection.kind === Kind.FIELD) {
      yield selection;
      continue;
    }
    const named = selection.kind === Kind.FRAGMENT_SPREAD ? selection.name.value : undefined;
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    const condition = fragment?.typeCondition?.name.value;
    if (fragment === undefined || (named !== undefined && spread.has(named))) continue;
    if (condition !== undefined && !applies(condition)) continue;
    if (named !== undefined) spread.add(named);
    pending.push(...fragment.selectionSet.selections.toReversed());
  }
}

const refused = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
