export const FORMATS = ['parquet', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

const ENDINGS: readonly (readonly [ending: RegExp, format: Format])[] = [
  [/\.(parquet|parq)$/i, 'parquet'],
  [/\.(csv|tsv)(\.gz)?$/i, 'csv'],
];

/** By the name alone: opening every file of a folder to see what it is would take for ever. */
export const formatOf = (name: string): Format | null => ENDINGS.find(([ending]) => ending.test(name))?.[1] ?? null;

/** `year=2025`: how Hive names the folders of a partitioned dataset. */
export const isPartition = (name: string): boolean => /^[^=]+=.*$/s.test(name);
