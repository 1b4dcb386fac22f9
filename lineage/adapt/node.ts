/** Reading a syntax tree of which only the shape "objects, lists, texts" is known. */
export type Node = Readonly<Record<string, unknown>>;

export interface Tagged {
  readonly tag: string;
  readonly body: Node;
}

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Expressions are objects with one key, which is their tag. */
export function tagged(value: unknown): Tagged | null {
  if (!isNode(value)) return null;
  let tag: string | null = null;
  for (const key in value) {
    if (tag !== null) return null;
    tag = key;
  }
  if (tag === null) return null;
  const body = value[tag];
  // A structure with one list in it, as GROUP BY is.
  if (Array.isArray(body)) return null;
  return { tag, body: isNode(body) ? body : {} };
}

export function child(node: Node, key: string): Node | null {
  const value = node[key];
  return isNode(value) ? value : null;
}

export function items(node: Node | null, key: string): readonly unknown[] {
  const value = node?.[key];
  return isList(value) ? value : [];
}

export function text(node: Node | null, key: string): string | null {
  const value = node?.[key];
  return typeof value === 'string' ? value : null;
}

export const flag = (node: Node, key: string): boolean => node[key] === true;

export const present = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;
