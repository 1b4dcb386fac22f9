import {
  type DocumentNode,
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

/** Calls back for every field of the selection sets, through fragments, whatever type they are on. */
export function* fieldsOf(sets: readonly SelectionSetNode[], fragments: Operation['fragments']) {
  const spread = new Set<string>();
  const pending = sets.flatMap((set) => set.selections).reverse();
  for (let selection = pending.pop(); selection !== undefined; selection = pending.pop()) {
    if (selection.kind === Kind.FIELD) {
      yield selection;
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      pending.push(...selection.selectionSet.selections.toReversed());
    } else if (!spread.has(selection.name.value)) {
      spread.add(selection.name.value);
      pending.push(...(fragments.get(selection.name.value)?.selectionSet.selections.toReversed() ?? []));
    }
  }
}

const refused = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
