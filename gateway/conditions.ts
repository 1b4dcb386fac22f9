import {
  type DirectiveNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  visit,
} from 'graphql';
import type { Operation } from './operation.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * The variables that decide an operation's @skip and @include. Operations are planned once for each combination of
 * their values: nothing is fetched for what is left out, and neither plans nor projections have to ask again.
 */
export function conditionVariables({ definition, fragments }: Operation): string[] {
  const names = new Set<string>();
  const look = {
    Directive(directive: DirectiveNode): void {
      const condition = conditionOf(directive);
      if (condition?.kind === Kind.VARIABLE) names.add(condition.name.value);
    },
  };
  visit(definition, look);
  for (const fragment of fragments.values()) visit(fragment, look);
  return [...names].toSorted();
}

/** Leaves out what @skip and @include leave out, and the directives with it. Selection sets may become empty. */
export function resolveConditions({ definition, fragments }: Operation, variables: Variables): Operation {
  const decide = (selection: SelectionNode) => {
    const directives = selection.directives ?? [];
    if (directives.length === 0) return undefined;
    if (directives.some((directive) => leavesOut(directive, variables))) return null;
    return { ...selection, directives: directives.filter((directive) => conditionOf(directive) === undefined) };
  };
  const visitor = { Field: decide, InlineFragment: decide, FragmentSpread: decide };
  const resolved = new Map<string, FragmentDefinitionNode>();
  for (const [name, fragment] of fragments) resolved.set(name, visit(fragment, visitor));
  const operation: OperationDefinitionNode = visit(definition, visitor);
  return { definition: operation, fragments: resolved };
}

function leavesOut(directive: DirectiveNode, variables: Variables): boolean {
  const condition = conditionOf(directive);
  if (condition === undefined) return false;
  const value =
    condition.kind === Kind.VARIABLE
      ? variables[condition.name.value] === true
      : condition.kind === Kind.BOOLEAN && condition.value;
  return value === (directive.name.value === 'skip');
}

function conditionOf(directive: DirectiveNode) {
  if (directive.name.value !== 'skip' && directive.name.value !== 'include') return undefined;
  return directive.arguments?.find(({ name }) => name.value === 'if')?.value;
}
