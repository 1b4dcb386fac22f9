import type { Span } from '../ir/ir.ts';
import type { Binder, BoundColumn, Relation } from '../bind/bind.ts';
import { flowFrom } from '../bind/lookup.ts';
import type { Edge, Flow, Influence, Output, TableId } from '../model/model.ts';

export interface RenamedTable {
  readonly from: TableId;
  readonly to: TableId;
  readonly swap: boolean;
}

interface Place {
  readonly position: number;
  readonly span: Span | null;
}

/** What one statement does, as it is found out. */
export class Outcome {
  readonly edges: Edge[] = [];
  readonly constants: Output[] = [];
  readonly influences: Influence[] = [];
  readonly writes = new Map<string, TableId>();
  readonly touches = new Map<string, TableId>();
  readonly renames: RenamedTable[] = [];
  readonly locations: TableId[] = [];
  readonly drops: TableId[] = [];

  writeTo(table: TableId): TableId {
    this.writes.set(table.key, table);
    return table;
  }

  touch(table: TableId): TableId {
    this.touches.set(table.key, table);
    return table;
  }

  /** Values of a whole relation go into a target, or to whoever asked when there is none. */
  emit(target: TableId | null, relation: Relation): void {
    relation.columns.forEach((column, position) => this.column(target, column, position));
    this.influenced(target, relation.influences);
  }

  influenced(target: TableId | null, flows: readonly Flow[]): void {
    for (const flow of flows) this.influences.push({ ...flow, target });
  }

  column(target: TableId | null, column: BoundColumn, position: number): void {
    if (column.kind === 'rest') {
      const flow = flowFrom(column.table, '*', 'STAR_UNEXPANDED', 0.5);
      this.edges.push({ ...flow, target, targetColumn: '*', position, span: null, text: null });
      return;
    }
    if (column.kind === 'open') this.push(target, '*', column.flows, { position, span: null });
    else this.flows(target, column.name, column.flows, { position, span: column.hull });
  }

  flows(target: TableId | null, targetColumn: string | null, flows: readonly Flow[], at: Place): void {
    if (flows.length === 0) this.constants.push({ target, targetColumn, position: at.position });
    this.push(target, targetColumn, flows, at);
  }

  private push(target: TableId | null, targetColumn: string | null, flows: readonly Flow[], at: Place): void {
    for (const flow of flows)
      this.edges.push({ ...flow, target, targetColumn, position: at.position, span: at.span, text: null });
  }
}

/** What every effect works with. */
export interface Effect {
  readonly binder: Binder;
  readonly outcome: Outcome;
}
