/**
 * An export of the log, version 1: one file that can be checked by whoever has it, without us. docs/auditExport.md describes it
 * for readers; this is how it came to be so.
 *
 * NDJSON: a line for the header, one for each entry, and a footer. No line has insignificant spaces, keys have the order that is
 * written here, and each ends with one newline: there is one right text of an export, so every byte of it can be checked.
 *
 *   {"format":…,"origin":…,"kind":"whole","range":{"from":0,"to":2},"filter":null,"before":[],"consistency":[],"checkpoint":…,"vkey":…}
 *   {"index":0,"leaf":"<base64>","body":{…}}
 *   {"detailOf":0,"salt":"<base64>","detail":…}
 *   {"index":1,"leaf":"<base64>"}
 *   {"entries":2,"details":1,"sha256":"<hex>"}
 *
 * - A body stands in its line as it is, and last: its bytes are those between `"body":` and the closing brace. Canonical JSON has no
 *   newline, so nothing need be escaped, any tool for JSON reads the fields, and the verifier hashes without decoding. As a string it
 *   would be a fifth longer, and would have to be decoded before it could be hashed.
 * - `leaf` costs 52 bytes an entry. It says which entry was changed, where a wrong root says only that one was; and it alone remains
 *   of an entry whose body was pruned.
 * - `kind` whole: every entry from `range.from` to `range.to`, the size of the checkpoint. Where it does not begin with the first
 *   entry, `before` has the hashes of the complete subtrees that cover what precedes, the largest first; so a month can be handed
 *   out and is complete, too.
 * - `kind` filtered: `proof` leads from each entry to the checkpoint's root, the leaf's sibling first. Proves that these entries
 *   are in the log; not that no other would have matched. `filter` is what the exporter says that was asked.
 * - `consistency` leads from earlier sizes to the checkpoint of a filtered export. A whole export need not have it: whoever has all
 *   entries can compute the root at any earlier size.
 * - A detail is what an event's commitment commits to. It may have been forgotten, so it stands apart and may be missing.
 * - `sha256` covers all bytes before the footer. It authenticates nothing, since whoever changes the file can compute it anew; it
 *   notices damage where nothing is proved, such as in signatures of unknown witnesses, and cut and glued files.
 */
export const EXPORT_FORMAT = 'cadastre.audit.export/1';

export const EXPORT_KINDS = ['whole', 'filtered'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

export interface ExportHeader {
  readonly origin: string;
  readonly kind: ExportKind;
  /** Entries [from, to). */
  readonly range: { readonly from: number; readonly to: number };
  /** What was asked, in words; null for a whole export. */
  readonly filter: string | null;
  readonly before: readonly Buffer[];
  readonly consistency: readonly ExportConsistency[];
  /** A signed note. */
  readonly checkpoint: string;
  /** The key that signed it, as the exporter says. */
  readonly vkey: string;
}

/** From an earlier size to the size of the checkpoint. */
export interface ExportConsistency {
  readonly size: number;
  readonly hashes: readonly Buffer[];
}

export interface ExportEntry {
  readonly index: number;
  readonly leaf: Buffer;
  /** The text that was logged; null when it was pruned. */
  readonly body: string | null;
  /** For filtered exports. */
  readonly proof?: readonly Buffer[];
  /** What the event commits to, where it is still there. */
  readonly detail?: { readonly salt: Buffer; readonly body: string } | null;
}

export interface ExportFooter {
  readonly entries: number;
  readonly details: number;
  readonly sha256: string;
}

/** Longer lines are not read: details may be large, but a file without newlines must not fill the memory. */
export const LINE_BYTES_MAX = 16 * 2 ** 20;
