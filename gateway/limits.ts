import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { FaultCode } from '../kernel/fault.ts';
import { weighingOf } from './weight.ts';

/** What one operation may ask for. Fragments count wherever they are spread. */
export interface Limits {
  /** Fields inside each other. What is below `__schema` and `__type` does not count: tools go deep there. */
  readonly depthMax: number;
  readonly aliasesMax: number;
  readonly fieldsMax: number;
  readonly rootFieldsMax: number;
  readonly directivesMax: number;
  /** Checked by the parser: `parse(source, { maxTokens: tokensMax() })`. */
  readonly tokensMax: number;
}

export const DEFAULT_LIMITS: Limits = {
  depthMax: 15,
  aliasesMax: 100,
  fieldsMax: 1000,
  rootFieldsMax: 30,
  directivesMax: 50,
  tokensMax: 4000,
};

export const tokensMax = (limits: Partial<Limits> = {}): number => limits.tokensMax ?? DEFAULT_LIMITS.tokensMax;

/** Validation rules that refuse operations beyond the limits, each with an error LIMIT_EXCEEDED that names the bound. */
export function limitRules(limits: Partial<Limits> = {}): ValidationRule[] {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  return [(context) => limitVisitor(context, bounds)];
}

function limitVisitor(context: ValidationContext, bounds: Limits): ASTVisitor {
  const refuse = (operation: OperationDefinitionNode, bound: keyof Limits, what: string, count: number): void => {
    if (count <= bounds[bound]) return;
    const message = `The operation has ${what}: ${count}, and at most ${bounds[bound]} are allowed (${bound}). Ask for less at once.`;
    const code: FaultCode = 'LIMIT_EXCEEDED';
    context.reportError(new GraphQLError(message, { nodes: operation, extensions: { code, bound } }));
  };
  return {
    Document(document) {
      const weigh = weighingOf(document);
      for (const operation of document.definitions) {
        if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
        const weight = weigh(operation);
        refuse(operation, 'depthMax', 'too many levels', weight.depth);
        refuse(operation, 'aliasesMax', 'too many aliases', weight.aliases);
        refuse(operation, 'fieldsMax', 'too many fields', weight.fields);
        refuse(operation, 'rootFieldsMax', 'too many root fields', weight.rootFields);
        refuse(operation, 'directivesMax', 'too many directives', weight.directives);
      }
    },
  };
}
