import type { Recorded } from '../../../../kernel/audit/record.ts';
import type { Digest } from '../../../../kernel/canonical.ts';
import type { CatalogTopic } from '../../../../contracts/catalog.ts';

interface Change {
  /** Of the state after it; null when it is gone. */
  readonly digest: Digest | null;
  readonly fields: readonly string[];
  /** Texts and names, which can be forgotten. */
  readonly detail: unknown;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** What happened to a term. */
export const termHappening = (
  action: CatalogTopic & `catalog.term.${string}`,
  termId: string,
  { digest, fields, detail, payload = {} }: Change,
): Recorded => ({
  action,
  subject: { type: 'GlossaryTerm', id: termId, digest },
  aggregateId: termId,
  fields,
  detail,
  payload: { termId, ...payload },
});
