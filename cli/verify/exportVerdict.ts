import { quoted, type LogError, type LogErrorCode } from '../../kernel/audit/log/logError.ts';
import type { Anchor } from '../../kernel/audit/log/export/exportAnchors.ts';
import type { ExportReport } from '../../kernel/audit/log/export/exportVerifier.ts';

/** The exit codes of the command line, as far as a verifier has them. */
export const VERIFY_EXIT = { ok: 0, tampered: 1, usage: 2, unreadable: 3, badSignature: 6, malformed: 7, bug: 70 } as const;
export type VerifyExit = (typeof VERIFY_EXIT)[keyof typeof VERIFY_EXIT];

export const EXIT_OF: Readonly<Record<LogErrorCode, VerifyExit>> = {
  TAMPERED: VERIFY_EXIT.tampered,
  BAD_SIGNATURE: VERIFY_EXIT.badSignature,
  MALFORMED: VERIFY_EXIT.malformed,
  NOT_COMPARABLE: VERIFY_EXIT.usage,
};

/** For `--json`. */
export function soundJson(report: ExportReport): unknown {
  const { header, checkpoint, key, isKeyGiven, anchors, ...counts } = report;
  return {
    ok: true,
    verdict: anchors.length === 0 ? 'UNANCHORED' : 'ANCHORED',
    proves: header.kind === 'whole' ? 'COMPLETENESS' : 'INCLUSION',
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: checkpoint.root.toString('base64'),
    range: header.range,
    filter: header.filter,
    ...counts,
    key: { vkey: key.vkey, given: isKeyGiven },
    anchors: anchors.map(({ kind, name, size, at }) => ({ kind, name, size, at: at?.toISOString() ?? null })),
  };
}

export const unsoundJson = ({ code, message, index, within }: LogError): unknown => ({
  ok: false,
  verdict: code,
  index,
  within,
  message,
});

export function soundText(report: ExportReport): string {
  const { header, checkpoint, key, isKeyGiven, anchors, entries, pruned, details, detailsAbsent, links } = report;
  const { from, to } = header.range;
  const lines = [
    `${anchors.length === 0 ? 'self-consistent, unanchored' : 'ok'}: ${plain(checkpoint.origin)}, ${checkpoint.size} entries, root ${checkpoint.root.toString('base64')}`,
    header.kind === 'whole'
      ? `Complete: all ${entries} entries from ${from} up to ${to}, unchanged and in order; ${links} are the first event of their thing or follow the one that they name.`
      : `Inclusion, not completeness: these ${entries} entries are in the log; others may have matched too. The exporter says that was asked: ${quoted(header.filter ?? '')}.`,
  ];
  if (pruned > 0) lines.push(`Of ${pruned} entries only the hash is left.`);
  if (details + detailsAbsent > 0)
    lines.push(`Details: ${details} are the ones that their events commit to; ${detailsAbsent} are not in the export.`);
  lines.push(
    `Signed by ${plain(key.name)} (${key.id})${isKeyGiven ? '' : ', by the key in the export itself: compare it with the one you know, or give it as --key'}.`,
  );
  lines.push(...anchors.map(anchorText));
  if (anchors.length === 0)
    lines.push(
      'Whoever has the key could have written all of this today. Give a checkpoint that you kept (--checkpoint) or the key of a witness (--witness).',
    );
  return lines.join('\n');
}

const anchorText = ({ kind, name, size, at }: Anchor): string =>
  kind === 'checkpoint'
    ? `Contains the log of ${name} with its ${size} entries, unchanged.`
    : `Seen by the witness ${plain(name)} with ${size} entries on ${at?.toISOString() ?? 'an unknown day'}.`;

/** Names come from the file, and a terminal obeys what it is told. */
const plain = (text: string): string => quoted(text).slice(1, -1);
