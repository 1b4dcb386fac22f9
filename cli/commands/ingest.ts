import { Command } from 'commander';
import { ingestDbt } from '../ingest/dbt.ts';

export const ingestCommand = (): Command =>
  new Command('ingest').description('Send metadata and lineage that other tools wrote').addCommand(ingestDbt());
