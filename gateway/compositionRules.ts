import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';

export interface ParsedSubgraph {
  readonly name: string;
  readonly typeDefs: DocumentNode;
}

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/**
 * Schemas that compose but are planned wrongly: what they ask for would be missing from answers, or refused, only when
 * somebody asks. Better to hear of it while composing.
 */
export function brokenRules(subgraphs: readonly ParsedSubgraph[]): string[] {
  return [
    ...subgraphs.flatMap((subgraph) => objectsIn(subgraph).flatMap((type) => requirementProblems(subgraph, type))),
    ...subgraphs.flatMap((subgraph) => interfaceObjectProblems(subgraph, subgraphs)),
    ...unionProblems(subgraphs),
  ];
}

function requirementProblems({ name }: ParsedSubgraph, type: ObjectNode): string[] {
  const isInterfaceObject = has(type, 'interfaceObject');
  return (type.fields ?? []).flatMap((field) => {
    const required = requirementOf(field);
    if (required === undefined) return [];
    const at = `[${name}] ${type.name.value}.${field.name.value}`;
    if (isInterfaceObject) return [`${at}: @requires does not work on an @interfaceObject type.`];
    return required.includes('...') ? [`${at}: @requires must not contain fragments.`] : [];
  });
}

/** A subgraph that knows an interface as an object must not know the types behind it. */
function interfaceObjectProblems(subgraph: ParsedSubgraph, all: readonly ParsedSubgraph[]): string[] {
  const own = objectsIn(subgraph);
  return own
    .filter((type) => has(type, 'interfaceObject'))
    .flatMap((interfaceObject) => {
      const name = interfaceObject.name.value;
      const behind = new Set(all.flatMap(objectsIn).flatMap((type) => (implementsType(type, name) ? [type.name.value] : [])));
      const named = own.filter((type) => behind.has(type.name.value));
      return named.map((type) => `[${subgraph.name}] ${type.name.value} implements ${name}, which is an @interfaceObject here.`);
    });
}

function unionProblems(subgraphs: readonly ParsedSubgraph[]): string[] {
  const first = new Map<string, { readonly subgraph: string; readonly members: string }>();
  return subgraphs.flatMap(({ name, typeDefs }) =>
    typeDefs.definitions.flatMap((node) => {
      // `_Entity` is each subgraph's own by nature; an SDL that was fetched from a subgraph has it.
      if (node.kind !== Kind.UNION_TYPE_DEFINITION || node.name.value === '_Entity') return [];
      const members = (node.types ?? [])
        .map((type) => type.name.value)
        .toSorted()
        .join(' | ');
      const known = first.get(node.name.value);
      if (known === undefined) first.set(node.name.value, { subgraph: name, members });
      if (known === undefined || known.members === members) return [];
      return [`[${name}] union ${node.name.value} is ${members}, but ${known.members} in ${known.subgraph}. Make them the same.`];
    }),
  );
}

function objectsIn({ typeDefs }: ParsedSubgraph): ObjectNode[] {
  return typeDefs.definitions.filter(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION,
  );
}

const implementsType = (type: ObjectNode, name: string): boolean =>
  (type.interfaces ?? []).some((candidate) => candidate.name.value === name);

const has = (node: ObjectNode | FieldDefinitionNode, directive: string): boolean => directiveOf(node, directive) !== undefined;

/** A directive may come by its own name or, unless it was imported, under `federation__`. */
const directiveOf = (node: ObjectNode | FieldDefinitionNode, name: string) =>
  node.directives?.find((directive) => directive.name.value === name || directive.name.value === `federation__${name}`);

function requirementOf(field: FieldDefinitionNode): string | undefined {
  const argument = directiveOf(field, 'requires')?.arguments?.find(({ name }) => name.value === 'fields');
  return argument?.value.kind === Kind.STRING ? argument.value.value : undefined;
}
