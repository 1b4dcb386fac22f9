/** The detail of an event; null where it was forgotten, or where somebody made something else of it. */
export function detailOf(text: string | null): Readonly<Record<string, unknown>> | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The digest that an event gives its subject; null where it gives none, or cannot be read. */
export function digestIn(body: string | null): string | null {
  const subject = detailOf(body)?.['subject'];
  return typeof subject === 'object' && subject !== null && 'digest' in subject && typeof subject.digest === 'string'
    ? subject.digest
    : null;
}
