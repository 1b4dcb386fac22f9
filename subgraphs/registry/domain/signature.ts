import { z } from 'zod';
import { badInput } from '../../../kernel/fault.ts';
import type { Signature } from './model.ts';

const FEATURES_MAX = 5_000;

const feature = z
  .object({
    name: z.string().min(1).max(500),
    type: z.string().min(1).max(100),
    shape: z
      .array(
        z
          .int()
          .min(-1)
          .max(2 ** 31),
      )
      .max(16)
      .nullish(),
    isRequired: z.boolean().nullish(),
  })
  .transform(({ name, type, shape, isRequired }) => ({ name, type, shape: shape ?? null, isRequired: isRequired ?? true }));

const features = z.array(feature).max(FEATURES_MAX);
const signature = z.object({ inputs: features, outputs: features });

/** What goes in and comes out, in order. @throws Fault BAD_USER_INPUT */
export function readSignature(given: unknown): Signature {
  const { data, error } = signature.safeParse(given);
  if (data === undefined) {
    const issue = error.issues[0];
    throw badInput(
      `signature.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}. A right input looks like {"name": "age", "type": "double"}.`,
    );
  }
  for (const side of ['inputs', 'outputs'] as const) {
    const names = data[side].map(({ name }) => name);
    const twice = firstTwice(names);
    if (twice !== null) throw badInput(`signature.${side}: "${twice.slice(0, 60)}" is there twice.`);
  }
  return data;
}

function firstTwice(names: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}
