import { cellsOf, COLUMNS, NUMBERS } from './columns.ts';
import type { ExportRow } from './exportRow.ts';

export const csvHead = `${COLUMNS.join(',')}\r\n`;

/** RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe. */
export function csvLine(row: ExportRow): string {
  const cells = cellsOf(row);
  return `${COLUMNS.map((name) => {
    const cell = cells[name];
    if (cell === null) return '';
    return NUMBERS.has(name) ? String(cell) : quoted(String(cell));
  }).join(',')}\r\n`;
}

function quoted(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
