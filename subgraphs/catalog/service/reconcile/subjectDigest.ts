/** The digest that the text of an event gives for the state after it; null where it gives none or was tampered with. */
export function subjectDigest(event: string): string | null {
  try {
    const { subject } = JSON.parse(event) as { readonly subject?: { readonly digest?: unknown } };
    return typeof subject?.digest === 'string' ? subject.digest : null;
  } catch {
    return null;
  }
}
