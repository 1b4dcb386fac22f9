import { Command } from 'commander';
import { z } from 'zod';
import { openCheckpoint } from '../../kernel/audit/log/checkpoint.ts';
import { leafHash } from '../../kernel/audit/log/hash.ts';
import { verifyInclusion } from '../../kernel/audit/log/inclusion.ts';
import { tampered } from '../../kernel/audit/log/logError.ts';
import { parseVerifierKey } from '../../kernel/audit/log/noteKey.ts';
import { notFound } from '../../kernel/fault.ts';
import { momentText, person, PERSON_FIELDS, personName } from '../assetText.ts';
import { actWithClient } from '../cli.ts';
import type { Operation } from '../client.ts';
import { escaped } from '../terminal/escape.ts';

export const auditShowCommand = (): Command =>
  new Command('show')
    .description('Show one entry with its values, why it happened, and the proof that it is in the log')
    .argument('<id>', 'evt_…, as lists and answers of mutations name it')
    .action((id: string, _options: object, command: Command) =>
      actWithClient(command, async (client, { show }) => {
        const { auditEntry } = await client.ask(SHOW, { variables: { id } });
        if (auditEntry === null) throw notFound(id);
        const proved = provedIn(auditEntry);
        show(auditEntry, () => entryText(auditEntry, proved));
      }),
    );

const entry = z.object({
  id: z.string(),
  time: z.string(),
  action: z.string(),
  outcome: z.string(),
  reason: z.string().nullable(),
  actor: person,
  onBehalfOf: person,
  subjectType: z.string(),
  subjectId: z.string(),
  subjectVersion: z.number(),
  changedFields: z.array(z.string()),
  policyIds: z.array(z.string()),
  correlationId: z.string(),
  traceId: z.string(),
  operation: z.string().nullable(),
  detail: z.unknown(),
  erased: z.boolean(),
  canonical: z.string(),
  proof: z
    .object({
      leafHash: z.string(),
      leafIndex: z.coerce.number(),
      treeSize: z.coerce.number(),
      hashes: z.array(z.string()),
      checkpoint: z.object({ origin: z.string(), note: z.string(), verifierKey: z.string() }),
    })
    .nullable(),
});

type Entry = z.infer<typeof entry>;

const answer = z.object({ auditEntry: entry.nullable() });
const SHOW: Operation<z.infer<typeof answer>> = {
  source: `query CliAuditEntry($id: ID!) { auditEntry(id: $id) { id time action outcome reason actor ${PERSON_FIELDS}
    onBehalfOf ${PERSON_FIELDS} subjectType subjectId subjectVersion changedFields policyIds correlationId traceId operation detail erased
    canonical proof { leafHash leafIndex treeSize hashes checkpoint { origin note verifierKey } } } }`,
  answer,
};

/** Computed here, out of the bytes that the server gave. @throws LogError TAMPERED */
function provedIn({ canonical, proof }: Entry): string {
  if (proof === null) return 'not yet: it waits to be put there';
  const { leafIndex: index, treeSize, hashes, checkpoint } = proof;
  const { root, size, origin } = openCheckpoint(checkpoint.note, [parseVerifierKey(checkpoint.verifierKey)]);
  const isIn = verifyInclusion({
    index,
    size: treeSize,
    leaf: leafHash(Buffer.from(canonical, 'utf8')),
    proof: hashes.map((hash) => Buffer.from(hash, 'base64')),
    root,
  });
  if (size !== treeSize || !isIn) throw tampered(`The proof does not show entry ${index} to be in ${origin}.`);
  return `entry ${index} of ${size} in ${origin}, proved`;
}

function entryText(shown: Entry, proved: string): string {
  const { subjectType, subjectId, subjectVersion, detail, erased, onBehalfOf, operation } = shown;
  const lines: readonly (readonly [string, string])[] = [
    ['Entry', shown.id],
    ['Time', momentText(shown.time)],
    ['Action', shown.action],
    ['Outcome', shown.outcome.toLowerCase()],
    ['Reason', shown.reason ?? '-'],
    ['Who', onBehalfOf === null ? personName(shown.actor) : `${personName(shown.actor)} for ${personName(onBehalfOf)}`],
    ['Subject', `${subjectType} ${subjectId}, version ${subjectVersion}`],
    ['Fields', shown.changedFields.join(', ') || '-'],
    ['Policies', shown.policyIds.join(', ') || '-'],
    ['Request', `${operation ?? '-'}, trace ${shown.traceId}, correlation ${shown.correlationId}`],
    ['In the log', proved],
    ['Detail', erased ? '[erased]' : detail === null || detail === undefined ? '-' : JSON.stringify(detail)],
  ];
  return lines.map(([name, value]) => `${name.padEnd(11)} ${escaped(value)}`).join('\n');
}
