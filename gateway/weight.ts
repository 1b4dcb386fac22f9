import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** How much an operation asks for, with every fragment counted as often as it is spread. */
export interface Weight {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields of the outermost selection set. */
  readonly rootFields: number;
}

const NOTHING: Weight = { depth: 0, fields: 0, aliases: 0, directives: 0, rootFields: 0 };

/**
 * Each fragment is weighed once and then reused, so the time is linear in the document even when what it expands to is
 * not. A fragment inside itself weighs nothing: another rule reports it.
 */
export function weighingOf(document: DocumentNode): (operation: OperationDefinitionNode) => Weight {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Weight>();

  const ofFragment = (name: string): Weight => {
    const weighed = known.get(name);
    if (weighed !== undefined) return weighed;
    known.set(name, NOTHING);
    const fragment = fragments.get(name);
    const weight = fragment === undefined ? NOTHING : ofSet(fragment.selectionSet);
    known.set(name, weight);
    return weight;
  };
  const ofSet = (set: SelectionSetNode | undefined): Weight => sum((set?.selections ?? []).map(ofSelection));
  const ofSelection = (selection: SelectionNode): Weight => {
    const directives = selection.directives?.length ?? 0;
    if (selection.kind === Kind.FRAGMENT_SPREAD) return plusDirectives(ofFragment(selection.name.value), directives);
    const inside = ofSet(selection.selectionSet);
    if (selection.kind === Kind.INLINE_FRAGMENT) return plusDirectives(inside, directives);
    const aboutSchema = selection.name.value === '__schema' || selection.name.value === '__type';
    return {
      depth: 1 + (aboutSchema ? 0 : inside.depth),
      fields: 1 + inside.fields,
      aliases: inside.aliases + (selection.alias === undefined ? 0 : 1),
      directives: inside.directives + directives,
      rootFields: 1,
    };
  };
  return (operation) => plusDirectives(ofSet(operation.selectionSet), operation.directives?.length ?? 0);
}

const plusDirectives = (weight: Weight, directives: number): Weight => ({
  ...weight,
  directives: weight.directives + directives,
});

const sum = (weights: readonly Weight[]): Weight =>
  weights.reduce(
    (total, weight) => ({
      depth: Math.max(total.depth, weight.depth),
      fields: total.fields + weight.fields,
      aliases: total.aliases + weight.aliases,
      directives: total.directives + weight.directives,
      rootFields: total.rootFields + weight.rootFields,
    }),
    NOTHING,
  );
