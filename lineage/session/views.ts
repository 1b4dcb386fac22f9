import type { Query } from '../ir/ir.ts';
import type { TableId } from '../model/model.ts';

/** Queries of known views, by as much of a name as both sides have. */
export class Views {
  private readonly known: readonly (readonly [parts: readonly string[], query: Query])[];

  constructor(views: Iterable<readonly [name: string, query: Query]>) {
    this.known = [...views].map(([name, query]) => [name.toLowerCase().split('.'), query]);
  }

  queryOf(table: TableId): Query | null {
    if (this.known.length === 0) return null;
    const asked = table.parts.map((part) => part.toLowerCase());
    return this.known.find(([parts]) => agree(parts, asked))?.[1] ?? null;
  }
}

function agree(known: readonly string[], asked: readonly string[]): boolean {
  const length = Math.min(known.length, asked.length);
  return known.slice(-length).every((part, at) => part === asked[asked.length - length + at]);
}
