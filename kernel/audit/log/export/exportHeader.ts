import { parseHash } from '../hash.ts';
import { malformed, quoted } from '../logError.ts';
import { EXPORT_FORMAT, EXPORT_KINDS, type ExportFooter, type ExportHeader } from './exportFormat.ts';

export const encodeHeader = ({ range, before, consistency, ...header }: ExportHeader): string =>
  JSON.stringify({
    format: EXPORT_FORMAT,
    origin: header.origin,
    kind: header.kind,
    range: { from: range.from, to: range.to },
    filter: header.filter,
    before: toBase64(before),
    consistency: consistency.map(({ size, hashes }) => ({ size, hashes: toBase64(hashes) })),
    checkpoint: header.checkpoint,
    vkey: header.vkey,
  });

export const encodeFooter = ({ entries, details, sha256 }: ExportFooter): string => JSON.stringify({ entries, details, sha256 });

const toBase64 = (hashes: readonly Buffer[]): readonly string[] => hashes.map((hash) => hash.toString('base64'));

export function parseHeader(line: string): ExportHeader {
  const fields = parseObject(line, 'first line');
  if (fields['format'] !== EXPORT_FORMAT)
    throw malformed(`The format is ${quoted(String(fields['format']))}; this verifier reads ${EXPORT_FORMAT}.`);
  const kind = EXPORT_KINDS.find((each) => each === fields['kind']);
  if (kind === undefined) throw malformed('`kind` is neither "whole" nor "filtered".');
  const range = asRecord(fields['range']);
  const header: ExportHeader = {
    origin: asText(fields['origin'], 'origin'),
    kind,
    range: { from: asCount(range['from'], 'range.from'), to: asCount(range['to'], 'range.to') },
    filter: fields['filter'] === null ? null : asText(fields['filter'], 'filter'),
    before: asHashes(fields['before'], 'before'),
    consistency: asList(fields['consistency'], 'consistency').map((each) => {
      const { size, hashes } = asRecord(each);
      return { size: asCount(size, 'consistency.size'), hashes: asHashes(hashes, 'consistency.hashes') };
    }),
    checkpoint: asText(fields['checkpoint'], 'checkpoint'),
    vkey: asText(fields['vkey'], 'vkey'),
  };
  if (encodeHeader(header) !== line)
    throw malformed('The first line was written anew: it has other keys, spaces or escapes than an export has.');
  return header;
}

export function parseFooter(line: string): ExportFooter {
  const fields = parseObject(line, 'last line');
  const footer = {
    entries: asCount(fields['entries'], 'entries'),
    details: asCount(fields['details'], 'details'),
    sha256: asText(fields['sha256'], 'sha256'),
  };
  if (encodeFooter(footer) !== line) throw malformed('The last line was written anew.');
  return footer;
}

function parseObject(line: string, which: string): Readonly<Record<string, unknown>> {
  try {
    return asRecord(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed(`The ${which} is not JSON.`);
    throw error;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('A line has a wrong shape.');
  return Object.fromEntries(Object.entries(value));
}

function asText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw malformed(`\`${name}\` is not text.`);
  return value;
}

function asCount(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw malformed(`\`${name}\` is not a whole number from 0 to 2^53 - 1.`);
  return value;
}

function asList(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(`\`${name}\` is not a list.`);
  return value;
}

function asHashes(value: unknown, name: string): readonly Buffer[] {
  return asList(value, name).map((each) => {
    const hash = parseHash(asText(each, name));
    if (hash === null) throw malformed(`\`${name}\` has something that is not a SHA-256 hash in base64.`);
    return hash;
  });
}
