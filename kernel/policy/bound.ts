import type { PolicyJson } from './cedar.ts';

/**
 * Why a policy cannot be decided by facts alone, or null. Resources with equal facts share one class and one decision, so a
 * policy speaks of facts (tags, owners, place) and never of a single asset.
 */
export function unboundReason({ resource, conditions }: PolicyJson): string | null {
  if (resource.op === '==' && 'entity' in resource && !isSystem(resource.entity)) return SINGLE;
  if (resource.op === 'in' || (resource.op === 'is' && resource.in !== undefined)) return SINGLE;
  return conditions.some(({ body }) => namesResource(body)) ? SINGLE : null;
}

const SINGLE =
  'It names a single asset. Policies speak of facts: resource.tags, columnTags, owners, namespace, container or platform; give the asset a tag and name that.';

const isSystem = (entity: unknown): boolean => JSON.stringify(entity).includes('"System"');

/** True where the resource itself is compared, and not an attribute of it or its type. */
function namesResource(expr: unknown): boolean {
  if (typeof expr !== 'object' || expr === null) return false;
  if (Array.isArray(expr)) return expr.some(namesResource);
  return Object.entries(expr).some(([operator, operand]) => {
    if (operator === 'Value') return false;
    if (operator === 'Var') return operand === 'resource';
    if (['.', 'has', 'is'].includes(operator) && isResource((operand as { readonly left: unknown }).left)) return false;
    return namesResource(operand);
  });
}

const isResource = (expr: unknown): boolean => (expr as { readonly Var?: unknown }).Var === 'resource';
