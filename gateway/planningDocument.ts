import {
  type FieldNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { fieldsOf, type Operation } from './operation.ts';

/** An operation in the form that is handed to the planner, and the way back to the client's names. */
export interface PlanningDocument {
  /** One for a query; one for each root field of a mutation, since those must finish one after the other. */
  readonly parts: readonly PlanningPart[];
  /** The key under which the fetched data holds what this field selects. */
  readonly dataKey: DataKey;
  /** The client's variable behind a variable of a plan. */
  readonly clientVariable: (planVariable: string) => string;
}

export interface PlanningPart {
  readonly text: string;
  readonly rootFields: readonly FieldNode[];
}

export type DataKey = (field: FieldNode) => string;

/**
 * Rewrites an operation so that nothing a client may choose can collide with what the planner adds. The planner fetches
 * keys, required fields and `__typename` under their own names, in the same objects; a client's `id: name` would turn
 * a name into an entity's key; and two types that mean different things by one alias make it give up. So no alias of the
 * client gets there: each becomes one of ours, that stands for one field with one set of arguments, and the projection
 * hands the data out under the client's names. Leaves that are asked for under several aliases are fetched once.
 */
export function planningDocument(operation: Operation): PlanningDocument {
  const variables = new Names('v');
  const dataKey = dataKeys(operation);
  const rewrite = rewriterOf(dataKey, (name) => variables.safe(name));
  const fragments = [...operation.fragments.values()].map((fragment): FragmentDefinitionNode => visit(fragment, rewrite));
  const definition: OperationDefinitionNode = visit(operation.definition, rewrite);
  const reachable = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  const parts = rootSelections(definition, reachable).map((rootFields) => ({
    rootFields,
    text: printed({ ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections: rootFields } }, reachable),
  }));
  return { parts, dataKey, clientVariable: (name) => variables.original(name) };
}

function dataKeys({ definition, fragments }: Operation): DataKey {
  const keys = new Names('_a');
  const roots = new Set(definition.operation === 'mutation' ? fieldsOf([definition.selectionSet], fragments) : []);
  return (field) => {
    const name = field.name.value;
    // Under any alias it is the same value, and the planner only knows it by its own name.
    if (name === '__typename') return name;
    // Objects stay apart, since a null that spreads in one must not reach the other; so do two equal mutations.
    const apart = field.selectionSet !== undefined || roots.has(field);
    const shown = apart ? (field.alias?.value ?? name) : name;
    const asked = (field.arguments ?? []).map(print).toSorted().join(', ');
    const plain = shown === name && asked === '' && !(name in Object.prototype);
    return plain ? name : keys.safe(`${shown}: ${name}(${asked})`);
  };
}

class Names {
  readonly #safe = new Map<string, string>();
  readonly #original = new Map<string, string>();
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  safe(name: string): string {
    const known = this.#safe.get(name);
    if (known !== undefined) return known;
    const made = `${this.#prefix}${this.#safe.size}`;
    this.#safe.set(name, made);
    this.#original.set(made, name);
    return made;
  }

  original(name: string): string {
    return this.#original.get(name) ?? name;
  }
}

function rewriterOf(dataKey: DataKey, safeVariable: (name: string) => string) {
  const filled = (selectionSet: SelectionSetNode): SelectionSetNode => {
    const selections = selectionSet.selections.flatMap(withoutBareFragments);
    // Without a field the planner would leave the object out where no fragment applies, though it is there, and empty.
    const bare = !selections.some((selection) => selection.kind === Kind.FIELD);
    return { ...selectionSet, selections: bare ? [TYPENAME, ...selections] : selections };
  };
  return {
    Field: (field: FieldNode): FieldNode => {
      const key = dataKey(field);
      const { alias: _, ...bare } = field;
      const renamed = key === field.name.value ? bare : { ...bare, alias: named(key) };
      return field.selectionSet === undefined ? renamed : { ...renamed, selectionSet: filled(field.selectionSet) };
    },
    Variable: (variable: { readonly name: { readonly value: string } }) => ({
      kind: Kind.VARIABLE,
      name: named(safeVariable(variable.name.value)),
    }),
    OperationDefinition: ({ name: _, ...unnamed }: OperationDefinitionNode): OperationDefinitionNode => unnamed,
    InlineFragment: (fragment: InlineFragmentNode) => ({ ...fragment, selectionSet: filled(fragment.selectionSet) }),
    FragmentDefinition: (fragment: FragmentDefinitionNode) => ({ ...fragment, selectionSet: filled(fragment.selectionSet) }),
  };
}

/** `... { a b }` is the same as `a b`, and the planner does not plan it everywhere. */
function withoutBareFragments(selection: SelectionNode): readonly SelectionNode[] {
  const bare = selection.kind === Kind.INLINE_FRAGMENT && selection.typeCondition === undefined;
  return bare ? selection.selectionSet.selections.flatMap(withoutBareFragments) : [selection];
}

/** `__typename`, `__schema` and `__type` of the root are answered here, never fetched. */
function rootSelections(definition: OperationDefinitionNode, fragments: Operation['fragments']): FieldNode[][] {
  const byKey = new Map<string, FieldNode[]>();
  for (const field of fieldsOf([definition.selectionSet], fragments)) {
    if (field.name.value.startsWith('__')) continue;
    const key = field.alias?.value ?? field.name.value;
    byKey.set(key, [...(byKey.get(key) ?? []), field]);
  }
  const groups = [...byKey.values()];
  if (groups.length === 0) return [];
  return definition.operation === 'mutation' ? groups : [groups.flat()];
}

function printed(definition: OperationDefinitionNode, fragments: Operation['fragments']): string {
  const used = new Set<FragmentDefinitionNode>();
  const pending: (OperationDefinitionNode | FragmentDefinitionNode)[] = [definition];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || used.has(fragment)) return;
        used.add(fragment);
        pending.push(fragment);
      },
    });
  }
  return [definition, ...used].map(print).join('\n');
}

const named = (value: string) => ({ kind: Kind.NAME, value }) as const;

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: named('__typename') };
