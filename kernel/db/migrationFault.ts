import { Fault } from '../fault.ts';
import { withoutDrizzle } from './storeFault.ts';

/** Why a migration failed: what the operator can put right is a fault with advice, all else names the migration. */
export function migrationFault(name: string, thrown: unknown): unknown {
  const error = withoutDrizzle(thrown);
  if (error instanceof Fault || !(error instanceof Error)) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === '42501') {
    return new Fault('CONFIGURATION', {
      public: `The database does not let us migrate it (${name}: ${error.message}). Put the URL of its owner into DATABASE_MIGRATION_URL.`,
      cause: error,
    });
  }
  if (code === '58P01' || (code === '0A000' && error.message.includes('extension'))) {
    return new Fault('CONFIGURATION', {
      public: `The server lacks an extension (${name}: ${error.message}). Install PostgreSQL's contrib package there.`,
      cause: error,
    });
  }
  return new Error(`The migration ${name} failed: ${error.message}`, { cause: error });
}
