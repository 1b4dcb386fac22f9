import type { TableId } from '../model/model.ts';

/** What is noticed on the way through one statement: tables read, and how many references found their owner. */
export class Notes {
  readonly reads = new Map<string, TableId>();
  /** Tables that some CTE reads. */
  readonly behindCtes = new Map<string, TableId>();
  readonly unresolved: string[] = [];
  references = 0;
  resolved = 0;
  private muted = 0;

  read(table: TableId): void {
    this.reads.set(table.key, table);
  }

  /** Tables that are read on the way through something, told apart from the others. */
  readsOf<T>(work: () => T): { readonly result: T; readonly reads: readonly TableId[] } {
    const before = new Map(this.reads);
    this.reads.clear();
    try {
      const result = work();
      return { result, reads: [...this.reads.values()] };
    } finally {
      this.reads.clear();
      for (const [key, table] of before) this.reads.set(key, table);
    }
  }

  /** A reference counts as resolved when it has one owner. */
  reference(name: string, found: boolean): void {
    if (this.muted > 0) return;
    this.references += 1;
    if (found) this.resolved += 1;
    else if (this.unresolved.length < 100) this.unresolved.push(name);
  }

  /** Runs something whose references were counted already, or will be. */
  quietly<T>(work: () => T): T {
    this.muted += 1;
    try {
      return work();
    } finally {
      this.muted -= 1;
    }
  }
}
