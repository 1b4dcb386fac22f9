import { createHmac } from 'node:crypto';
import { record, type Recorded, type Receipt } from '../../../kernel/audit/record.ts';
import type { Origin } from '../../../kernel/audit/append.ts';
import { digestOf } from '../../../kernel/canonical.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import { badInput, Fault, notFound } from '../../../kernel/fault.ts';
import { newId } from '../../../kernel/ids.ts';
import { mutate, type MutationInput, type Prepared, type RefusedResult, type Refusal } from '../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../kernel/mutation/subject.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import { decide, requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import { readNamespaceAliases } from '../domain/namespaceAliases.ts';
import type { SourceAdded, SourceRemoved, SourceTested, SourceUpdated } from '../domain/result.ts';
import type { Source } from '../domain/source.ts';
import {
  lockSource,
  insertSource,
  removeSource as removeSourceRow,
  sourceByName,
  updateSource as updateSourceRow,
  sourcesById,
} from '../store/sources.ts';
import { sealSecrets, type ReadSource } from './connectors.ts';
import { declareNamespaces, refuseNamespaces } from './merge/declareNamespaces.ts';
import { NOTHING_MERGED } from './merge/mergeUnderAliases.ts';

export interface AddSource extends MutationInput {
  readonly name: string;
  readonly url: string;
  readonly namespaceAliases?: readonly string[] | null;
  /** Whether to connect before it is registered. */
  readonly test?: boolean;
}

export interface UpdateSource extends MutationInput {
  readonly name: string;
  readonly url?: string | null;
  readonly namespaceAliases?: readonly string[] | null;
}

const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** Registers a source. Its password is sealed before it reaches the database, and never read back to anybody. */
export async function addSource(context: Context, input: AddSource): Promise<SourceAdded | RefusedResult> {
  requireAction(context.request, 'catalog.browse');
  if (!NAME.test(input.name))
    throw badInput('name must be 1 to 63 lower-case letters, digits and hyphens and begin with a letter, e.g. "warehouse".');
  const read = context.connectors.read(input.url);
  const aliases = readNamespaceAliases(input.namespaceAliases ?? []);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'addSource',
      noun: 'catalog.source',
      action: 'catalog.manageSources',
      input: wishFor(context, input, read, aliases),
      prepare: async () => ({
        subject: writtenSubject(context.kernel.pepper, 'Source', 'name', input.name),
        engine: input.test === true && mayManage(context) ? await tryToOpen(context, read) : null,
      }),
    },
    async (tx, origin, { engine }): Promise<SourceAdded | Refusal> => {
      const id = newId('source');
      const refused = await refuseNamespaces(tx, id, aliases);
      if (refused !== null) return refused;
      const sealedSecrets = sealSecrets(context.kernel.sealingKey, id, read.secrets);
      const { platform, location, settings } = read;
      if (!(await insertSource(tx, { id, name: input.name, platform, location, settings, sealedSecrets }))) {
        return { refusal: { code: 'SOURCE_EXISTS', message: `There is a source "${input.name}" already. Choose another name.` } };
      }
      await declareNamespaces(tx, origin, id, aliases);
      const added = { id, name: input.name, platform, location, namespaceAliases: aliases };
      return {
        __typename: 'SourceAdded',
        ...tokens(await recordSource(tx, origin, 'catalog.source.added.v1', added)),
        sourceId: id,
        engine,
      };
    },
  );
}

/** Whoever may not register sources is refused by the mutation itself, and nothing is connected to for them. */
const mayManage = ({ request }: Context): boolean => decide(request, 'catalog.manageSources').effect === 'allow';

/** Connects, and no more. @throws Fault SOURCE_UNAVAILABLE */
async function tryToOpen({ connectors, request }: Context, read: ReadSource): Promise<string> {
  const session = await connectors.openNew(read, AbortSignal.any([request.signal, AbortSignal.timeout(TEST_MS)]));
  await session.close();
  return session.engine;
}

/**
 * Points a source to another URL, e.g. after a password change, or says by which other namespaces it goes. What was crawled
 * from it stays.
 */
export async function updateSource(context: Context, input: UpdateSource): Promise<SourceUpdated | RefusedResult> {
  requireAction(context.request, 'catalog.browse');
  const read = typeof input.url === 'string' ? context.connectors.read(input.url) : null;
  const aliases = Array.isArray(input.namespaceAliases) ? readNamespaceAliases(input.namespaceAliases) : null;
  if (read === null && aliases === null) throw badInput('Give url, namespaceAliases or both: nothing else of a source changes.');
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'updateSource',
      noun: 'catalog.source',
      action: 'catalog.manageSources',
      input: wishFor(context, input, read, aliases),
      prepare: () => requireSource(context, input.name),
    },
    async (tx, origin, { source }): Promise<SourceUpdated | Refusal> => {
      if (read !== null && read.platform !== source.platform) {
        const message = `"${source.name}" is a ${source.platform} source. Add another source for ${read.platform}.`;
        return { refusal: { code: 'OTHER_PLATFORM', message } };
      }
      await lockSource(tx, source.id);
      const refused = aliases === null ? null : await refuseNamespaces(tx, source.id, aliases);
      if (refused !== null) return refused;
      if (read !== null) await pointSource(context, tx, source, read);
      const declared = aliases === null ? NOTHING_MERGED : await declareNamespaces(tx, origin, source.id, aliases);
      // Read again: somebody may have changed the rest of it before the lock.
      const [now = source] = await sourcesById(tx, [source.id]);
      const receipt = await recordSource(tx, origin, 'catalog.source.updated.v1', now);
      return { __typename: 'SourceUpdated', ...tokens(receipt), sourceId: source.id, ...declared };
    },
  );
}

async function pointSource(context: Context, tx: Tx, { id, name }: Source, read: ReadSource): Promise<void> {
  const { platform, location, settings } = read;
  const sealedSecrets = sealSecrets(context.kernel.sealingKey, id, read.secrets);
  if (!(await updateSourceRow(tx, { id, platform, location, settings, sealedSecrets }))) throw unknownSource(name);
}

export async function removeSource(
  context: Context,
  input: MutationInput & { readonly name: string },
): Promise<SourceRemoved | RefusedResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'removeSource',
      noun: 'catalog.source',
      action: 'catalog.manageSources',
      input,
      prepare: () => requireSource(context, input.name),
    },
    async (tx, origin, { source }) => {
      if (!(await removeSourceRow(tx, source.id))) throw unknownSource(source.name);
      const receipt = await recordSource(tx, origin, 'catalog.source.removed.v1', source);
      return { __typename: 'SourceRemoved', ...tokens(receipt), sourceId: source.id };
    },
  );
}

/**
 * What a repeat is told from a new wish by. It is stored as a digest, from which a password could be guessed: so that goes
 * in under a key.
 */
function wishFor(
  context: Context,
  { idempotencyKey, name }: UpdateSource,
  read: ReadSource | null,
  namespaceAliases: readonly string[] | null,
) {
  const secrets = createHmac('sha256', context.kernel.sealingKey)
    .update(JSON.stringify(read?.secrets ?? null))
    .digest('hex');
  return { idempotencyKey, name, location: read?.location ?? null, secrets, namespaceAliases };
}

/** How long a test may take, milliseconds. */
const TEST_MS = 25_000;
const SCOPES_SHOWN = 100;

/** Connects and says what a crawl would read. It connects before the transaction, which must stay short. */
export async function testSource(
  context: Context,
  input: MutationInput & { readonly name: string },
): Promise<SourceTested | RefusedResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'testSource',
      noun: 'catalog.source',
      action: 'catalog.crawl',
      input,
      prepare: async () => {
        requireAction(context.request, 'catalog.crawl');
        const found = await requireSource(context, input.name);
        return { ...found, tested: await connect(context, found.source) };
      },
    },
    async (tx, origin, { source, tested }) => {
      const receipt = await recordSource(tx, origin, 'catalog.source.tested.v1', source);
      return { __typename: 'SourceTested', ...tokens(receipt), ...tested };
    },
  );
}

async function connect(
  context: Context,
  source: Source,
): Promise<Pick<SourceTested, 'engine' | 'readOnly' | 'problem' | 'scopes' | 'queries'>> {
  const signal = AbortSignal.any([context.request.signal, AbortSignal.timeout(TEST_MS)]);
  try {
    const session = await context.connectors.open(source, context.kernel.sealingKey, signal);
    try {
      const report = await session.inspect(signal);
      const scopes = report.scopes
        .slice(0, SCOPES_SHOWN)
        .map(({ scope, readable, reason }) => ({ path: scope, readable, reason }));
      return { engine: session.engine, readOnly: report.readOnly, problem: null, scopes, queries: report.queries ?? null };
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof Fault && error.code === 'SOURCE_UNAVAILABLE')
      return { engine: null, readOnly: null, problem: error.message, scopes: [], queries: null };
    throw error;
  }
}

/** @throws Fault FORBIDDEN, or NOT_FOUND for unknown and removed sources to those who may know what there is */
export async function requireSource(context: Context, name: string): Promise<Prepared & { readonly source: Source }> {
  requireAction(context.request, 'catalog.browse');
  const source = await sourceByName(context.kernel.db, name);
  if (source === null || source.state === 'removed') throw unknownSource(name);
  return { source, subject: { type: 'Source', id: source.id } };
}

const unknownSource = (name: string): Fault => notFound(`The source "${name.slice(0, 100)}"`);

function recordSource(
  tx: Tx,
  origin: Origin,
  action: string,
  source: Pick<Source, 'id' | 'name' | 'platform' | 'location' | 'namespaceAliases'>,
): Promise<Receipt> {
  const { id, name, platform, location, namespaceAliases } = source;
  const happening: Recorded = {
    action,
    subject: { type: 'Source', id, digest: digestOf({ id, name, platform, location, namespaceAliases }) },
    aggregateId: id,
    fields: ['name', 'platform', 'location', 'namespaceAliases'],
    detail: { name, platform, location, namespaceAliases },
    payload: { sourceId: id, platform },
  };
  return record(tx, origin, [happening]);
}
