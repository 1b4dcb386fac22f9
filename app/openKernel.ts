import path from 'node:path';
import { Refusals } from '../kernel/audit/refusals.ts';
import type { Config } from '../kernel/config/config.ts';
import type { Database } from '../kernel/db/database.ts';
import { keepStatisticsFresh } from '../kernel/db/freshStatistics.ts';
import { migrate } from '../kernel/db/migrate.ts';
import { openDatabase } from '../kernel/db/openDatabase.ts';
import type { Kernel } from '../kernel/graph/subgraph.ts';
import { packageRoot } from '../kernel/root.ts';
import { ensureAdmin } from '../subgraphs/governance/index.ts';
import { type AdminToken, loadAdminToken } from './adminToken.ts';
import { ensurePrivateFolder, homePaths } from './home.ts';
import { loadKeys } from './keys.ts';
import { LateGraph } from './lateGraph.ts';
import { openBlobs } from './openBlobs.ts';
import type { OnProgress } from './progress.ts';
import type { Starting } from './service.ts';

export interface OpenKernel {
  readonly kernel: Kernel;
  readonly admin: AdminToken;
  readonly graph: LateGraph;
}

/** The database, migrated, with the keys it was begun with and somebody who may sign in. */
export async function openKernel(config: Config, { log, releases }: Starting, onProgress: OnProgress): Promise<OpenKernel> {
  await ensurePrivateFolder(config.home);
  const db = await openStore(config);
  releases.add('database', () => db.close());
  await migrate(db, path.join(packageRoot, 'migrations'), ({ name, step, total }) =>
    onProgress({ step: 'migrating', name, done: step, total }),
  );
  releases.add(
    'statistics',
    keepStatisticsFresh(db, (err) => log.warn({ err }, 'statistics were not refreshed')),
  );
  const refusals = new Refusals(db, log);
  releases.add('refusals', () => refusals.settled());
  const environment = config.store.kind === 'embedded' ? 'local' : 'live';
  const graph = new LateGraph();
  const blobs = await openBlobs(config);
  const kernel: Kernel = {
    db,
    log,
    environment,
    refusals,
    blobs,
    graph,
    outbound: { allowed: config.outboundPrivate },
    ...(await loadKeys(db, config)),
    ...(await loadProvider(config)),
  };
  const admin = await loadAdminToken(config);
  await ensureAdmin(kernel, { token: admin.token });
  return { kernel, admin, graph };
}

/** Loaded only where people sign in through a provider. */
async function loadProvider({ oidc }: Config): Promise<Pick<Kernel, 'provider'>> {
  if (oidc === undefined) return {};
  const { createProvider } = await import('../kernel/identity/oidc/provider.ts');
  return { provider: createProvider(oidc) };
}

function openStore({ store, home }: Config): Promise<Database> {
  if (store.kind === 'embedded') return openDatabase({ directory: homePaths(home).database });
  const { url, migrationUrl } = store;
  return openDatabase({ url, ...(migrationUrl !== undefined && { migrationUrl }) });
}
