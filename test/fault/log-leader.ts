/** A program that puts events into the audit log of a database, as a server does; made to be killed. */
import { openAnchors } from '../../kernel/audit/ledger/anchoring.ts';
import { startSequencer } from '../../kernel/audit/ledger/sequencer.ts';
import { openDatabase } from '../../kernel/db/openDatabase.ts';
import { createLog } from '../../kernel/log.ts';

const [url = '', origin = '', signingKey = '', file = ''] = process.argv.slice(2);
const log = createLog('silent');
const db = await openDatabase({ url });
const anchors = openAnchors(db, { file, url: undefined, witness: undefined, everyMs: 1 }, log);
startSequencer(db, { origin, signingKey: Buffer.from(signingKey, 'hex'), log, ...anchors });
process.stdout.write('leading\n');
