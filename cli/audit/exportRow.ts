import { z } from 'zod';

/** Stands where a detail was, after it was erased or its time of retention was over. */
export const ERASED = '[erased]';

const event = z.object({
  id: z.string(),
  time: z.string(),
  actor: z.object({
    id: z.string(),
    kind: z.string(),
    onBehalfOf: z.string().nullable(),
    authMethod: z.string(),
  }),
  action: z.string(),
  subject: z.object({ type: z.string(), id: z.string(), version: z.number(), digest: z.string().nullable() }),
  decision: z.object({ effect: z.string(), policyIds: z.array(z.string()), policyDigest: z.string() }),
  outcome: z.string(),
  reason: z.string().nullable(),
  changes: z.object({ fields: z.array(z.string()), commitment: z.string().nullable() }),
  request: z.object({ traceId: z.string(), operation: z.string().nullable(), queryHash: z.string().nullable() }),
  correlationId: z.string(),
  aggregate: z.object({ id: z.string(), version: z.number() }),
});

export type ExportedEvent = z.infer<typeof event>;

/** One entry of an export, for those who want a table. */
export interface ExportRow {
  readonly leafIndex: number;
  readonly leafHash: string;
  /** Null when only the hash is left. */
  readonly event: ExportedEvent | null;
  /** The text that was hashed. */
  readonly body: string | null;
  /** JSON; `[erased]` when it was asked for and is there no more; null when there is none. */
  readonly detail: string | null;
}

/** Entries out of the lines of an export that was checked, each with the detail that follows it. */
export class RowReader {
  readonly #withDetails: boolean;
  #held: ExportRow | null = null;

  constructor(withDetails: boolean) {
    this.#withDetails = withDetails;
  }

  /** @returns the entry before, which is complete now; null when there is none */
  line(line: string): ExportRow | null {
    if (line.startsWith('{"detailOf":')) {
      const detail = line.slice(line.indexOf(',"detail":') + ',"detail":'.length, -1);
      if (this.#held !== null) this.#held = { ...this.#held, detail };
      return null;
    }
    const complete = this.#held;
    this.#held = line.startsWith('{"index":') ? this.#rowOf(line) : null;
    return complete;
  }

  #rowOf(line: string): ExportRow {
    const { index, leaf } = z.object({ index: z.number(), leaf: z.string() }).parse(JSON.parse(line));
    const at = line.indexOf(',"body":');
    const body = at < 0 ? null : line.slice(at + ',"body":'.length, -1);
    const read = body === null ? null : event.parse(JSON.parse(body));
    const isGone = this.#withDetails && read !== null && read.changes.commitment !== null;
    const leafHash = `sha256:${Buffer.from(leaf, 'base64').toString('hex')}`;
    return { leafIndex: index, leafHash, event: read, body, detail: isGone ? ERASED : null };
  }
}
