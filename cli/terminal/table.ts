import { escaped } from './escape.ts';
import { padEnd, widthOf } from './width.ts';

export type Cell = string | number | null;

/** Rows under a head, each column as wide as its widest cell. Cells may come from anywhere and are escaped here. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], bold: (text: string) => string): string {
  const texts = rows.map((row) => row.map((cell) => escaped(cell === null ? '-' : String(cell))));
  const widths = head.map((title, i) => Math.max(widthOf(title), ...texts.map((row) => widthOf(row[i] ?? ''))));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === cells.length - 1 ? cell : padEnd(cell, widths[i] ?? 0))).join('  ');
  return [bold(line(head)), ...texts.map(line)].join('\n');
}
