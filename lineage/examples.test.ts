import { describe, expect, test } from 'vitest';
import { analyzeNow } from './analyze.ts';
import { DATABASE_EXAMPLES } from './databaseExamples.fixture.ts';
import { EXAMPLES } from './examples.fixture.ts';
import { project, type Projection } from './profiles/project.ts';
import { WAREHOUSE_EXAMPLES } from './warehouseExamples.fixture.ts';

describe.each([EXAMPLES, DATABASE_EXAMPLES, WAREHOUSE_EXAMPLES].flatMap((examples) => Object.entries(examples)))(
  '%s',
  (dialect, examples) => {
    test.each(examples)('%s', (sql, reads, writes, columns) => {
      const projection = project(analyzeNow({ dialect, sql }), 'native');
      expect(projection.error).toBeNull();
      expect(projection.sources.join(', ')).toBe(reads);
      expect(projection.targets.join(', ')).toBe(writes);
      expect(outputs(projection)).toEqual(columns);
    });
  },
);

/** `target.column < source.column + source.column`, in the order of the outputs. */
function outputs({ columns }: Projection): readonly string[] {
  const origins = new Map<string, string[]>();
  for (const [table, column, target, output] of columns) {
    const key = target === null ? output : `${target}.${output}`;
    origins.set(key, [...(origins.get(key) ?? []), `${table ?? '?'}.${column}`]);
  }
  return [...origins].map(([output, from]) => `${output} < ${from.join(' + ')}`);
}
