import { z } from 'zod';
import { name, named, text } from './primitives.ts';

const INPUTS_MAX = 10_000;

/** One way in which an input shapes a column or, in `dataset`, every row. */
const transformation = z.object({
  type: text,
  subtype: text.nullish(),
  description: text.nullish(),
  masking: z.boolean().nullish(),
});

const inputField = named.extend({ field: name, transformations: z.array(transformation).max(100).nullish() });

/** ColumnLineageDatasetFacet 1-2-0, with what versions before 1-1-0 said of a whole column. */
export const columnLineage = z.object({
  fields: z.record(
    name,
    z.object({
      inputFields: z.array(inputField).max(INPUTS_MAX),
      transformationDescription: text.nullish(),
      transformationType: text.nullish(),
    }),
  ),
  dataset: z.array(inputField).max(INPUTS_MAX).nullish(),
});

export type ColumnLineage = z.infer<typeof columnLineage>;
export type InputField = z.infer<typeof inputField>;
export type Transformation = z.infer<typeof transformation>;
