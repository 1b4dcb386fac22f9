import type { AssetPage, VersionRow } from './assetQuery.ts';
import { kindOf, momentText, ownerText, personName } from './assetText.ts';
import { metricsOf, qualityText, signalsOf } from './assetQuality.ts';
import { escaped, escapedLines } from './terminal/escape.ts';
import { table } from './terminal/table.ts';
import type { Terminal } from './terminal/terminal.ts';
import { padEnd } from './terminal/width.ts';

const LABEL_CELLS = 14;

/** An asset as a page of text. */
export function assetLines(asset: AssetPage, { bold, dim }: Pick<Terminal, 'bold' | 'dim'>): string {
  const line = (label: string, text: string | undefined): string[] =>
    text === undefined || text === ''
      ? []
      : [`${padEnd(label, LABEL_CELLS)}${escapedLines(text).replaceAll('\n', `\n${' '.repeat(LABEL_CELLS)}`)}`];
  return [
    bold(escaped(asset.name)),
    ...line(
      'Kind',
      [kindOf(asset), (asset.subtype ?? asset.containerSubtype ?? asset.dashboardSubtype)?.toLowerCase(), asset.nativeType]
        .filter((part) => part !== undefined)
        .join(', '),
    ),
    ...line('URN', asset.urn),
    ...line('Dataset', asset.dataset?.urn),
    ...line('Source', asset.source?.name),
    ...line('State', `${asset.state.toLowerCase()}, version ${asset.version}, first seen ${momentText(asset.firstSeenAt)}`),
    ...OWNER_ROLES.flatMap(([role, label]) => line(label, ownersOf(asset, role))),
    ...line('Tags', asset.tags.map(({ tag }) => tag.name).join(', ')),
    ...line('Primary key', asset.primaryKey?.join(', ')),
    ...line('Address', asset.url ?? undefined),
    ...line('Maturity', asset.maturity?.toLowerCase()),
    ...line('Problem', asset.problem ?? undefined),
    ...line('Quality', qualityText(asset)),
    ...asset.descriptions.flatMap(({ text, origin, setBy, setAt }, i) => {
      const who = setAt === null ? origin.toLowerCase() : `${origin.toLowerCase()}, ${personName(setBy)}, ${momentText(setAt)}`;
      const origins = dim(escaped(`(${who}${i === 0 ? '' : ', not in force'})`));
      return [...line(i === 0 ? 'Description' : '', text), `${' '.repeat(LABEL_CELLS)}${origins}`];
    }),
    ...columnsOf(asset, bold),
    ...signalsOf(asset, bold),
    ...metricsOf(asset, bold),
  ].join('\n');
}

const OWNER_ROLES = [
  ['ACCOUNTABLE', 'Accountable'],
  ['STEWARD', 'Steward'],
  ['TECHNICAL', 'Technical'],
] as const;

const ownersOf = ({ owners }: AssetPage, role: string): string =>
  (owners ?? [])
    .filter((owner) => owner.role === role)
    .map(ownerText)
    .join(', ');

function columnsOf({ columns, columnCount = 0 }: AssetPage, bold: Terminal['bold']): string[] {
  const nodes = columns?.edges.flatMap(({ node }) => (node === null ? [] : [node])) ?? [];
  if (nodes.length === 0) return [];
  const rows = nodes.map(({ ordinal, name, nativeType, nullable, tags, description }) => [
    ordinal,
    name,
    nativeType,
    nullable ? 'yes' : 'no',
    tags.map(({ tag }) => tag.name).join(', '),
    description ?? '',
  ]);
  const more = columnCount > nodes.length ? [`… and ${columnCount - nodes.length} more`] : [];
  return ['', table(['#', 'COLUMN', 'TYPE', 'NULL', 'TAGS', 'DESCRIPTION'], rows, bold), ...more];
}

/** The states an asset was in, latest first. */
export function historyTable(versions: readonly VersionRow[], bold: Terminal['bold']): string {
  const rows = versions.map(({ version, recordedFrom, recordedTo, state, columnCount, owners, auditId, simulated }) => [
    version,
    `${momentText(recordedFrom)}${simulated ? ' (simulated)' : ''}`,
    recordedTo === null ? 'now' : momentText(recordedTo),
    state.toLowerCase(),
    columnCount,
    (owners ?? [])
      .filter(({ role }) => role === 'ACCOUNTABLE')
      .map(ownerText)
      .join(', '),
    auditId,
  ]);
  return table(['VERSION', 'FROM', 'TO', 'STATE', 'COLUMNS', 'ACCOUNTABLE', 'AUDIT ENTRY'], rows, bold);
}
