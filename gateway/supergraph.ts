import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildASTSchema, type GraphQLSchema, isAbstractType, isEnumType, isInterfaceType, Kind, parse } from 'graphql';
import { Fault } from '../kernel/fault.ts';

/** What a plan needs to know of the supergraph while it runs. */
export interface Supergraph {
  readonly apiSchema: GraphQLSchema;
  readonly subgraphNames: readonly string[];
  /** True when an object of type `typename` may stand where `condition` is asked for. */
  satisfies(typename: string, condition: string): boolean;
  /** The object types of an abstract type. */
  membersOf(abstractType: string): readonly string[];
}

/** @throws Fault CONFIGURATION when the text is not a supergraph. */
export function readSupergraph(supergraphSdl: string): Supergraph {
  const document = parse(supergraphSdl, { noLocation: true });
  const full = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
  return {
    apiSchema: buildASTSchema(transformSupergraphToPublicSchema(document), { assumeValidSDL: true }),
    subgraphNames: subgraphNames(full),
    satisfies: subtypeTable(full),
    membersOf: (name) => {
      const type = full.getType(name);
      return isAbstractType(type) ? full.getPossibleTypes(type).map((member) => member.name) : [];
    },
  };
}

function subgraphNames(full: GraphQLSchema): string[] {
  const graphs = full.getType('join__Graph');
  if (!isEnumType(graphs)) {
    throw new Fault('CONFIGURATION', { public: 'The supergraph has no join__Graph. Compose it from subgraphs first.' });
  }
  return graphs.getValues().map((value) => {
    const argument = value.astNode?.directives
      ?.find((directive) => directive.name.value === 'join__graph')
      ?.arguments?.find(({ name }) => name.value === 'name');
    return argument?.value.kind === Kind.STRING ? argument.value.value : value.name;
  });
}

/** Objects satisfy themselves and their abstract types. An interface object carries the interface's own name. */
function subtypeTable(full: GraphQLSchema): Supergraph['satisfies'] {
  const conditionsOf = new Map<string, Set<string>>();
  for (const type of Object.values(full.getTypeMap())) {
    if (!isAbstractType(type)) continue;
    const narrower = isInterfaceType(type) ? full.getImplementations(type).interfaces : [];
    for (const member of [...full.getPossibleTypes(type), ...narrower]) {
      const conditions = conditionsOf.get(member.name) ?? new Set();
      conditionsOf.set(member.name, conditions.add(type.name));
    }
  }
  return (typename, condition) => typename === condition || (conditionsOf.get(typename)?.has(condition) ?? false);
}
