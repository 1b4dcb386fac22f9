import type { Flow, TableId } from '../model/model.ts';
import { joinedShard } from '../dialect/shards.ts';
import type { Switches } from './switches.ts';

export function tableName(table: TableId, switches: Switches): string {
  if (table.path) return switches.paths === 'prefix' ? `path:${table.parts.join('.')}` : table.parts.join('.');
  const parts = switches.names === 'written' ? table.written : table.parts;
  const name = (
    switches.shards === 'joined' ? parts.map((part, at) => (at === parts.length - 1 ? joinedShard(part) : part)) : parts
  ).join('.');
  return switches.names === 'lower' ? name.toLowerCase() : name;
}

export function columnName(flow: Flow, switches: Switches): string {
  if (switches.throughStar === 'star' && flow.reasons.includes('THROUGH_STAR')) return '*';
  const name = switches.structPaths === 'path' ? [flow.column, ...flow.path].join('.') : flow.column;
  return switches.names === 'lower' ? name.toLowerCase() : name;
}
