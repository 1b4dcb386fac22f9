import { z } from 'zod';

// What an MLflow server answers, as far as it is read: protobuf as JSON, where 64-bit numbers may be texts and what is empty is left out.
const int = z.union([z.number(), z.string().transform(Number)]);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const pairs = z
  .array(z.object({ key: z.string(), value: text }))
  .nullish()
  .transform((value) => value ?? []);
const metric = z.object({
  key: z.string(),
  value: z.union([z.number(), z.string()]).default(0),
  timestamp: int.default(0),
  step: int.default(0),
});
const token = { next_page_token: z.string().nullish() };

export const experiments = z.object({
  experiments: z
    .array(z.object({ experiment_id: z.string(), name: z.string(), creation_time: int.nullish(), tags: pairs }))
    .default([]),
  ...token,
});
export const runs = z.object({
  runs: z
    .array(
      z.object({
        info: z.object({
          run_id: z.string(),
          run_name: text,
          user_id: text,
          status: text,
          start_time: int.default(0),
          end_time: int.nullish(),
        }),
        data: z.object({ metrics: z.array(metric).default([]), params: pairs, tags: pairs }).prefault({}),
        inputs: z.object({ dataset_inputs: z.array(z.looseObject({})).default([]) }).prefault({}),
        outputs: z
          .object({ model_outputs: z.array(z.object({ model_id: z.string(), step: int.default(0) })).default([]) })
          .prefault({}),
      }),
    )
    .default([]),
  ...token,
});
export const history = z.object({ metrics: z.array(metric).default([]), ...token });
export const loggedModels = z.object({
  models: z
    .array(
      z.object({
        info: z.object({
          model_id: z.string(),
          name: text,
          model_type: text,
          source_run_id: z.string().nullish(),
          status: z.union([z.string(), z.number()]),
          tags: pairs,
        }),
        data: z
          .object({
            params: pairs,
            metrics: z.array(metric.extend({ run_id: text, dataset_name: text, dataset_digest: text })).default([]),
          })
          .prefault({}),
      }),
    )
    .default([]),
  ...token,
});
export const models = z.object({
  registered_models: z
    .array(
      z.object({
        name: z.string(),
        description: text,
        creation_timestamp: int.nullish(),
        tags: pairs,
        aliases: z.array(z.object({ alias: z.string(), version: int })).default([]),
      }),
    )
    .default([]),
  ...token,
});
export const versions = z.object({
  model_versions: z
    .array(
      z.object({
        version: int,
        source: text,
        run_id: z.string().nullish(),
        model_id: z.string().nullish(),
        description: text,
        current_stage: text,
        creation_timestamp: int.nullish(),
        tags: pairs,
      }),
    )
    .default([]),
  ...token,
});
export const files = z.object({
  files: z.array(z.object({ path: z.string(), is_dir: z.boolean().default(false), file_size: int.default(0) })).default([]),
  ...token,
});
