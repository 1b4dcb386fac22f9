import { afterEach, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { migrate } from '../../kernel/db/migrate.ts';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { packageRoot } from '../../kernel/root.ts';
import { drainLog, exportText, happen, verifyText } from '../support/auditing.ts';
import { describeOnEngines, NO_MIGRATIONS, postgresUrl } from './engines.ts';
import { govern, requestOf, testKernel } from './governing.ts';

const KEPT = ['audit_event', 'log', 'log_entry', 'log_checkpoint', 'log_cosignature'];

describeOnEngines(
  'an application that does not own the schema',
  (open, engine) => {
    let program: Database | undefined;
    afterEach(() => program?.close());

    test.runIf(engine === 'postgres')(
      'records, sequences and exports, and has no right to change what was recorded',
      async () => {
        const owner = await open();
        const [row] = await owner.query<{ name: string }>('select current_database() as name');
        const database = row?.name ?? '';
        const role = `${database}_app`;
        await owner.query(`create role ${role} login`);
        program = await openDatabase({ url: postgresUrl(database, role), migrationUrl: postgresUrl(database) });
        await migrate(program, `${packageRoot}/migrations`);
        const governing = await govern(program);
        await happen(program, 10, { detail: { note: 'x' } });
        await drainLog(program, testKernel(program).auditLog);
        const text = await exportText(governing.subgraph, requestOf(governing.admin), 'details=true');
        expect(verifyText(text).entries).toBeGreaterThan(10);
        for (const table of KEPT) {
          for (const statement of [
            `delete from kernel.${table}`,
            `truncate kernel.${table}`,
            `alter table kernel.${table} disable trigger all`,
          ])
            await expect(program.query(statement), statement).rejects.toMatchObject({ code: '42501' });
          const [column] = await program.query<{ name: string }>(
            `select attname as name from pg_attribute where attrelid = $1::regclass and attnum = 2`,
            [`kernel.${table}`],
          );
          // Refused for want of the right, before the trigger is asked.
          await expect(program.query(`update kernel.${table} set ${column?.name} = ${column?.name}`)).rejects.toThrow(
            /permission denied/,
          );
        }
        await expect(program.query('delete from kernel.log_tile')).rejects.toMatchObject({ code: '42501' });
        await expect(program.query('set session_replication_role = replica')).rejects.toThrow(/permission denied/);
        const { data } = await governing.ask(
          governing.admin,
          'mutation { pruneAuditDetails(input: { idempotencyKey: "k", before: "2020-01-01T00:00:00Z" }) { __typename } }',
        );
        expect(data.pruneAuditDetails).toEqual({ __typename: 'AuditDetailsPruned' });
        await program.close();
        program = undefined;
        await owner.query(`drop owned by ${role}; drop role ${role}`);
      },
      60_000,
    );
  },
  { migrations: NO_MIGRATIONS },
);
