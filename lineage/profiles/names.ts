import type { Flow, TableId } from '../model/model.ts';
import type { Switches } from './switches.ts';

/** `_20230101`, `_2023*`, `_*` at the end, and a partition decorator. */
const SHARD = /_(?:\d{4,8}\*?|\*)$/;
const DECORATOR = /\$(?:\d+|__\w+__)$/;

export function tableName(table: TableId, switches: Switches): string {
  if (table.path) return switches.paths === 'prefix' ? `path:${table.parts.join('.')}` : table.parts.join('.');
  const parts = switches.names === 'written' ? table.written : table.parts;
  const name = (switches.shards === 'joined' ? parts.map((part, at) => (at === parts.length - 1 ? joinedShard(part) : part)) : parts).join('.');
  return switches.names === 'lower' ? name.toLowerCase() : name;
}

const joinedShard = (name: string): string => name.replace(DECORATOR, '').replace(SHARD, '_yyyymmdd');

export function columnName(flow: Flow, switches: Switches): string {
  const name = switches.structPaths === 'path' ? [flow.column, ...flow.path].join('.') : flow.column;
  return switches.names === 'lower' ? name.toLowerCase() : name;
}
