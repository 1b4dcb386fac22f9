import { z } from 'zod';
import { deletable, moment, name, named, text } from './primitives.ts';

const LIST_MAX = 1_000;

export const owners = z.object({
  owners: z
    .array(z.object({ name, type: text.nullish() }))
    .max(LIST_MAX)
    .nullish(),
});
export const documentation = z.object({ description: text, contentType: text.nullish() });

/** `field` is the column that the tag is for. */
export const tags = z.object({
  tags: z
    .array(z.object({ key: name, value: text, source: text.nullish(), field: name.nullish() }))
    .max(LIST_MAX)
    .nullish(),
});

export const jobFacets = z.object({
  documentation: deletable(documentation),
  ownership: deletable(owners),
  sql: deletable(z.object({ query: text, dialect: text.nullish() })),
  jobType: deletable(z.object({ processingType: text.nullish(), integration: text.nullish(), jobType: text.nullish() })),
  tags: deletable(tags),
});

const runOf = z.object({ run: z.object({ runId: name }), job: named });

export const runFacets = z.object({
  parent: deletable(runOf.extend({ root: runOf.nullish() })),
  nominalTime: deletable(z.object({ nominalStartTime: moment, nominalEndTime: moment.nullish() })),
  errorMessage: deletable(z.object({ message: text, programmingLanguage: text.nullish(), stackTrace: text.nullish() })),
  tags: deletable(tags),
});
