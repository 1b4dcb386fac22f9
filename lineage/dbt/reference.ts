/** What `ref('orders')` or `source('shop', 'orders')` in Jinja names. */
export interface Reference {
  /** `orders`, or `shop.orders` for a source. */
  readonly label: string;
  readonly version: string | null;
}

const REF = /\bref\(\s*(?:(['"])([^'"]*)\1\s*,\s*)?(['"])([^'"]*)\3\s*(?:,\s*(?:v|version)\s*=\s*['"]?([\w.]+)['"]?\s*)?\)/;
const SOURCE = /\bsource\(\s*(['"])([^'"]*)\1\s*,\s*(['"])([^'"]*)\3\s*\)/;

/** The first one in a text; null when there is none. */
export function referenceIn(jinja: string): Reference | null {
  const source = SOURCE.exec(jinja);
  if (source !== null) return { label: `${source[2] ?? ''}.${source[4] ?? ''}`, version: null };
  const ref = REF.exec(jinja);
  return ref === null ? null : { label: ref[4] ?? '', version: ref[5] ?? null };
}

/**
 * Which of the nodes that something depends on is meant: unique_ids end in the name, versioned models in `name.v2`. When no
 * version is asked for, dbt has put the latest among the dependencies.
 */
export function referred(reference: Reference, among: readonly string[]): string | null {
  const plain = among.find((id) => id.endsWith(`.${reference.label}`));
  const versioned = new RegExp(
    `\\.${literal(reference.label)}\\.v${reference.version === null ? '[^.]+' : literal(reference.version)}$`,
  );
  return plain ?? among.find((id) => versioned.test(id)) ?? null;
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
