import { badInput } from '../../../kernel/fault.ts';
import type { Context } from '../context.ts';
import type { No } from '../domain/asset.ts';
import type { DatasetUsage } from '../store/datasetUsage.ts';
import { requirePresent } from './presentOnly.ts';

const DAYS_MAX = 3_650;

export async function datasetUsage(context: Context, no: No, days: number): Promise<DatasetUsage | null> {
  requirePresent(context, 'usage');
  if (days < 1 || days > DAYS_MAX) throw badInput(`days is ${days}; it goes from 1 to ${DAYS_MAX}.`);
  return context.datasetUsage.load(`${days} ${no}`);
}
