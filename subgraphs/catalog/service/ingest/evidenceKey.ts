import { digestText } from '../../../../kernel/canonical.ts';
import type { Named } from '../../../../lineage/openlineage/statement.ts';

/** Names in keys are cut where an index could not hold them. */
const KEY_BYTES_MAX = 1_000;

export function evidenceKey(kind: 'openlineage' | 'openlineage:dataset', { namespace, name }: Named): string {
  const key = `${kind}/${namespace}/${name}`;
  return Buffer.byteLength(key) <= KEY_BYTES_MAX ? key : `${kind}/${digestText(key)}`;
}
