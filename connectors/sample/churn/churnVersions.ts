import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../../kernel/root.ts';

/** The folder with the files that `train.py` wrote. */
const FOLDER = path.join('connectors', 'sample', 'churn');

const report = z.object({
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  tool: z.object({ name: z.string(), version: z.string() }),
  signature: z.object({
    inputs: z.array(z.object({ name: z.string(), type: z.string() })),
    outputs: z.array(z.object({ name: z.string(), type: z.string() })),
  }),
  metrics: z.record(z.string(), z.number()),
  fairness: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** What was trained, and what was measured of it. */
export interface ChurnVersion extends z.infer<typeof report> {
  /** The model, and the report as it was written. */
  readonly files: readonly { readonly path: string; readonly bytes: Buffer }[];
}

/** Version 1 is a logistic regression of nine months ago, version 2 boosted trees of today. */
export async function churnVersion(number: 1 | 2): Promise<ChurnVersion> {
  const read = (name: string): Promise<Buffer> => readFile(path.join(packageRoot, FOLDER, name));
  const [model, written] = await Promise.all([read(`${number}.onnx`), read(`${number}.json`)]);
  return {
    ...report.parse(JSON.parse(written.toString('utf8'))),
    files: [
      { path: 'model.onnx', bytes: model },
      { path: 'training-report.json', bytes: written },
    ],
  };
}
