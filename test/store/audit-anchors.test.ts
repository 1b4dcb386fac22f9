import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openAnchors, type Anchoring } from '../../kernel/audit/ledger/anchoring.ts';
import { anchorFile } from '../../kernel/audit/ledger/anchorFile.ts';
import { headOf, listLogs } from '../../kernel/audit/ledger/ledger.ts';
import { createPublisher } from '../../kernel/audit/ledger/publisher.ts';
import { startSequencer } from '../../kernel/audit/ledger/sequencer.ts';
import { openCheckpoint } from '../../kernel/audit/log/checkpoint.ts';
import { verifyConsistency } from '../../kernel/audit/log/consistency.ts';
import { parseHash } from '../../kernel/audit/log/hash.ts';
import { LogError } from '../../kernel/audit/log/logError.ts';
import { signatureLine } from '../../kernel/audit/log/note.ts';
import { signerKey, type SignerKey } from '../../kernel/audit/log/noteKey.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import { createLog } from '../../kernel/log.ts';
import { drainLog, exportText, happen, routeText, verifyText } from '../support/auditing.ts';
import { describeOnOneEngine, resetData } from './engines.ts';
import { govern, requestOf, testKernel, type Governing } from './governing.ts';

const WITNESS = signerKey('witness.example/w1', Buffer.alloc(32, 8), 'witness');
const AT = new Date('2026-05-02T00:00:00Z');

/** A witness as C2SP tlog-witness describes it, written from that page: it knows one log and remembers what it signed. */
class Witness {
  readonly #server: Server;
  readonly #log: SignerKey;
  readonly requests: string[] = [];
  seen = { size: 0, root: Buffer.alloc(0) as Buffer };
  /** Answers instead of the right one. */
  answer: { readonly status: number; readonly body: string } | null = null;

  constructor(log: SignerKey) {
    this.#log = log;
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString('utf8')));
      request.on('end', () => {
        this.requests.push(`${request.method} ${request.url}`);
        const { status, text } = this.#decide(body);
        response.writeHead(status, { 'content-type': status === 409 ? 'text/x.tlog.size' : 'text/plain' }).end(text);
      });
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/prefix`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  #decide(body: string): { readonly status: number; readonly text: string } {
    if (this.answer !== null) return { status: this.answer.status, text: this.answer.body };
    const gap = body.indexOf('\n\n');
    const [oldLine = '', ...proofLines] = body.slice(0, gap).split('\n');
    const note = body.slice(gap + 2);
    const old = Number(/^old (0|[1-9]\d*)$/.exec(oldLine)?.[1] ?? NaN);
    const proof = proofLines.map(parseHash);
    if (!Number.isSafeInteger(old) || proof.length > 63 || proof.includes(null)) return { status: 400, text: 'malformed\n' };
    try {
      const { size, root } = openCheckpoint(note, [this.#log.verifier]);
      if (old > size) return { status: 400, text: 'old is larger\n' };
      if (old !== this.seen.size) return { status: 409, text: `${this.seen.size}\n` };
      const later = { size, root };
      const hashes = proof.filter((hash) => hash !== null);
      const grows = old === 0 ? proof.length === 0 : verifyConsistency({ earlier: this.seen, later, proof: hashes });
      if (!grows) return { status: 422, text: 'inconsistent\n' };
      this.seen = later;
    } catch (error) {
      return { status: error instanceof LogError && error.code === 'BAD_SIGNATURE' ? 403 : 400, text: 'no\n' };
    }
    const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
    const stranger = signerKey('other.example', Buffer.alloc(32, 4), 'witness');
    return { status: 200, text: signatureLine(text, stranger, AT) + signatureLine(text, WITNESS, AT) };
  }
}

describeOnOneEngine('checkpoints outside of the database', (open) => {
  let governing: Governing;
  let witness: Witness;
  let folder: string;
  let anchoring: Anchoring;
  beforeEach(async () => {
    const db = await open();
    await resetData(db);
    await db.query(
      `insert into kernel.principal (id, kind, name, roles, state, recorded_at) values ('svc_cadastre', 'service', 'Cadastre', '{admin}', 'active', now())`,
    );
    governing = await govern(db);
    const { origin, signingKey } = testKernel(db).auditLog;
    witness = new Witness(signerKey(origin, signingKey));
    folder = await mkdtemp(path.join(os.tmpdir(), 'cadastre-anchor-'));
    anchoring = {
      file: path.join(folder, 'kept', 'checkpoint'),
      url: undefined,
      witness: { url: await witness.open(), vkey: WITNESS.verifier.vkey },
      everyMs: 20,
    };
  });
  afterEach(async () => {
    await witness.close();
    await rm(folder, { recursive: true });
  });

  const log = createLog('silent');
  const settings = () => testKernel(governing.db).auditLog;
  const publish = async (note: string): Promise<void> => {
    const { publisher } = openAnchors(governing.db, anchoring, log);
    publisher.offer(note);
    await publisher.flush();
  };
  const grow = async (count: number): Promise<string> => {
    await happen(governing.db, count);
    return (await drainLog(governing.db, settings())).at(-1) ?? '';
  };
  const served = (): Promise<string> => routeText(governing.subgraph, '/log/checkpoint', internalRequest('test'));

  test('a witness signs what it saw grow, and its signature is served', async () => {
    for (const count of [3, 300, 1]) await publish(await grow(count));
    const { size, signatures } = openCheckpoint(await served(), [WITNESS.verifier]);
    expect(size).toBe((await headOf(governing.db, 1))?.size);
    expect(signatures).toMatchObject([{ key: { name: WITNESS.verifier.name }, at: AT }]);
    expect(await served()).not.toContain('other.example');
    expect(witness.requests).toEqual([
      'POST /prefix/add-checkpoint',
      'POST /prefix/add-checkpoint',
      'POST /prefix/add-checkpoint',
    ]);
    const { data, errors } = await governing.ask(governing.admin, '{ auditCheckpoint { note witnesses precededBy } }');
    expect(errors).toEqual([]);
    expect(data.auditCheckpoint).toEqual({ note: await served(), witnesses: [WITNESS.verifier.name], precededBy: null });
  });

  test('an export up to what a witness saw carries its signature', async () => {
    await publish(await grow(5));
    const { seen } = witness;
    await grow(7);
    const text = await exportText(governing.subgraph, requestOf(governing.admin), 'witnessed=true');
    const report = verifyText(text, { witnesses: [WITNESS.verifier] });
    expect(report.anchors).toEqual([{ kind: 'witness', name: WITNESS.verifier.name, size: seen.size, at: AT }]);
  });

  test('a witness that knows more than we remember is asked again from there', async () => {
    await publish(await grow(5));
    await governing.db.transaction(async (tx) => {
      await tx.query('set local session_replication_role = replica');
      await tx.query('delete from kernel.log_cosignature');
    });
    await publish(await grow(3));
    expect(witness.requests).toHaveLength(3);
    expect(openCheckpoint(await served(), [WITNESS.verifier]).signatures).toHaveLength(1);
  });

  test.each([
    ['without a signature', { status: 200, body: '' }],
    ['wrongly', { status: 200, body: `— ${WITNESS.verifier.name} ${Buffer.alloc(76).toString('base64')}\n` }],
    ['that it is further than we are', { status: 409, body: '99999\n' }],
    ['nonsense about its size', { status: 409, body: '-1\n' }],
    ['that it does not know us', { status: 404, body: '' }],
    ['without end', { status: 200, body: 'x'.repeat(200_000) }],
  ])('what a witness answers %s is not served, and the file is written all the same', async (_, answer) => {
    witness.answer = answer;
    const note = await grow(2);
    await publish(note);
    expect(await served()).toBe(note);
    expect(await readFile(anchoring.file ?? '', 'utf8')).toBe(note);
  });

  test('an anchor that was away is shown the newest checkpoint when it is back, without a new event', async () => {
    witness.answer = { status: 503, body: '' };
    const note = await grow(2);
    const { publisher } = openAnchors(governing.db, anchoring, log);
    publisher.offer(note);
    await vi.waitFor(() => expect(witness.requests.length).toBeGreaterThan(1), 60_000);
    witness.answer = null;
    await vi.waitFor(async () => expect(openCheckpoint(await served(), [WITNESS.verifier]).size).toBeGreaterThan(0), 60_000);
    await publisher.flush();
  });

  test('one anchor that fails does not keep checkpoints from another, and none is shown twice', async () => {
    const shown: string[] = [];
    const failing = { name: 'failing', publish: () => Promise.reject(new Error('away')) };
    const keeping = { name: 'keeping', publish: async (note: string) => void shown.push(note) };
    const publisher = createPublisher([failing, keeping], 10, log);
    publisher.offer('a');
    await vi.waitFor(() => expect(shown).toEqual(['a']), 60_000);
    publisher.offer('b');
    publisher.offer('c');
    await publisher.flush();
    expect(shown).toEqual(['a', 'c']);
  });

  test('the worker shows what it adds, and what the one before could not show', async () => {
    const note = await grow(4);
    const anchors = openAnchors(governing.db, anchoring, log);
    const worker = startSequencer(governing.db, { ...settings(), ...anchors, log });
    await vi.waitFor(async () => expect(await readFile(anchoring.file ?? '', 'utf8')).toBe(note), 60_000);
    await happen(governing.db, 3);
    await vi.waitFor(
      async () =>
        expect(witness.seen.size).toBe(
          openCheckpoint(note, [signerKey(settings().origin, settings().signingKey).verifier]).size + 3,
        ),
      60_000,
    );
    await worker.stop();
  });

  test('the checkpoint of another database does not stop a new one, and one that is none does', async () => {
    const stranger = signerKey('elsewhere.example/log', Buffer.alloc(32, 1));
    const file = path.join(folder, 'checkpoint');
    const { signCheckpoint } = await import('../../kernel/audit/log/checkpoint.ts');
    await writeFile(file, signCheckpoint({ origin: stranger.verifier.name, size: 9_999, root: Buffer.alloc(32) }, stranger));
    await happen(governing.db, 1);
    await drainLog(governing.db, settings(), anchorFile(file));
    expect(await listLogs(governing.db)).toMatchObject([{ epoch: 1 }]);
    await writeFile(file, 'not a checkpoint\n');
    await expect(drainLog(governing.db, settings(), anchorFile(file))).rejects.toThrow(LogError);
  });
});
