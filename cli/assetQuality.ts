import type { AssetPage } from './assetQuery.ts';
import { momentText } from './assetText.ts';
import { table } from './terminal/table.ts';
import type { Terminal } from './terminal/terminal.ts';

/** `12 passing, 1 failing, last 2026-11-21 08:00:00`; nothing where nothing checks it. */
export function qualityText({ quality }: AssetPage): string | undefined {
  if (quality == null) return undefined;
  const { passing, warning, failing, erroring, unknown, lastObservedAt } = quality;
  const counts = [
    [passing, 'passing'],
    [warning, 'warning'],
    [failing, 'failing'],
    [erroring, 'erroring'],
    [unknown, 'without result'],
  ] as const;
  return [
    ...counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    ...(lastObservedAt === null ? [] : [`last ${momentText(lastObservedAt)}`]),
  ].join(', ');
}

/** Checks that people should look at. What passed is only counted. */
export function signalsOf({ qualitySignals }: AssetPage, bold: Terminal['bold']): readonly string[] {
  const nodes = qualitySignals?.edges.map(({ node }) => node) ?? [];
  const due = nodes.filter(({ status }) => status !== null && status !== 'PASS');
  if (due.length === 0) return [];
  const rows = due.map(({ status, kind, columnName, name, failures, message, observedAt }) => [
    status?.toLowerCase() ?? '',
    kind,
    columnName ?? '',
    name,
    failures === null ? '' : String(failures),
    message ?? '',
    observedAt === null ? '' : momentText(observedAt),
  ]);
  const more = qualitySignals?.pageInfo.hasNextPage === true ? ['… and there are more checks'] : [];
  return ['', table(['FOUND', 'CHECK', 'COLUMN', 'NAME', 'ROWS', 'MESSAGE', 'OBSERVED'], rows, bold), ...more];
}

/** Figures that are computed from it. */
export function metricsOf({ metrics }: AssetPage, bold: Terminal['bold']): readonly string[] {
  const nodes = metrics?.edges.map(({ node }) => node) ?? [];
  if (nodes.length === 0) return [];
  const rows = nodes.map(({ name, label, type, expression }) => [name, label ?? '', type, expression ?? '']);
  const more = metrics?.pageInfo.hasNextPage === true ? ['… and there are more metrics'] : [];
  return ['', table(['METRIC', 'LABEL', 'TYPE', 'EXPRESSION'], rows, bold), ...more];
}
