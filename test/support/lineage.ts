import type { Database } from '../../kernel/db/database.ts';
import { originOf } from '../../kernel/audit/record.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { decide } from '../../kernel/policy/decision.ts';
import type { EdgeClaim, EdgeSubtype } from '../../subgraphs/catalog/domain/lineage/edge.ts';
import { recordEvidence } from '../../subgraphs/catalog/service/lineage/recordEvidence.ts';

export const NAMESPACE = 'postgres://shop:5432';

/** `a.x > b.y` as a claim between tables of `shop.public`. */
export function claim(arrow: string, subtype: EdgeSubtype = 'IDENTITY', confidence = 1): EdgeClaim {
  const end = (text: string) => {
    const [name = '', column] = text.trim().split('.');
    return { namespace: NAMESPACE, name: `shop.public.${name}`, column: column ?? null };
  };
  const [source = '', target = ''] = arrow.split('>');
  const type = ['IDENTITY', 'TRANSFORMATION', 'AGGREGATION'].includes(subtype) ? 'DIRECT' : 'INDIRECT';
  return { source: end(source), target: end(target), type, subtype, expression: null, confidence, reasons: [] };
}

/** States all that one piece of evidence says from now on. */
export const state = (db: Database, key: string, claims: readonly EdgeClaim[]) =>
  db.transaction((tx) => {
    const origin = originOf(internalRequest('test'), decide(internalRequest('test'), 'catalog.curate'));
    return recordEvidence(tx, origin, [{ key, origin: 'QUERY', detail: { query: 'select' }, claims }]);
  });
