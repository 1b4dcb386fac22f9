import type { Queryable } from '../../../../kernel/db/database.ts';
import type { LineageIndex } from '../../domain/lineage/walk.ts';
import { hopsFrom, type HopFilter } from '../../store/lineageEdges.ts';

/** Looks edges up in the table: for earlier moments, and as the truth that the index in memory is checked against. */
export const sqlIndex = (db: Queryable, filter: HopFilter): LineageIndex => ({
  hops: (nos, direction, limit) => hopsFrom(db, nos, direction, filter, limit),
});
