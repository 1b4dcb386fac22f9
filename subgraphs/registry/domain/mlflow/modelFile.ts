import { z } from 'zod';
import type { Feature, Signature } from '../model.ts';

const FEATURES_MAX = 1_000;

const column = z.object({
  name: z.string().min(1).max(500).optional(),
  type: z.unknown().optional(),
  required: z.boolean().optional(),
  'tensor-spec': z.object({ dtype: z.string().max(100), shape: z.array(z.int().min(-1)).max(16) }).optional(),
});
const columns = z.array(column).max(FEATURES_MAX);
const file = z.object({ signature: z.object({ inputs: z.string().nullish(), outputs: z.string().nullish() }).nullish() });

/**
 * The signature that stands in a file `MLmodel`.
 * @param content of the file, parsed
 * @returns null when there is none that can be read: then the version is sealed without
 */
export function signatureIn(content: unknown): Signature | null {
  const signature = file.safeParse(content).data?.signature ?? null;
  if (signature === null) return null;
  const [inputs, outputs] = [features(signature.inputs ?? '[]', 'input'), features(signature.outputs ?? '[]', 'output')];
  return inputs === null || outputs === null || inputs.length + outputs.length === 0 ? null : { inputs, outputs };
}

function features(json: string, side: string): readonly Feature[] | null {
  const read = columns.safeParse(parsed(json)).data;
  if (read === undefined) return null;
  const found = read.map((one, place): Feature => {
    const tensor = one['tensor-spec'];
    return {
      name: one.name ?? `${side}_${place}`,
      type: tensor === undefined ? typeText(one.type) : `tensor(${tensor.dtype})`,
      shape: tensor?.shape ?? null,
      isRequired: one.required ?? true,
    };
  });
  return new Set(found.map(({ name }) => name)).size === found.length ? found : null;
}

/** Types of columns are words; those of arrays and objects are structures. */
const typeText = (type: unknown): string => (typeof type === 'string' && type !== '' ? type.slice(0, 100) : 'object');

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
