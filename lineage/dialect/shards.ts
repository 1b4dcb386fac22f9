/** `_20230101`, `_2023*`, `_*` at the end of a name, and a partition decorator: parts of one table. */
const SHARD = /_(?:\d{4,8}\*?|\*)$/;
const DECORATOR = /\$(?:\d+|__\w+__)$/;

/** The name of the table that a shard or a partition belongs to, or the name as it is. */
export const joinedShard = (name: string): string => name.replace(DECORATOR, '').replace(SHARD, '_yyyymmdd');
