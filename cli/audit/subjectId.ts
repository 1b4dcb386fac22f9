import { z } from 'zod';
import { Fault } from '../../kernel/fault.ts';
import type { Client, Operation } from '../client.ts';
import { idOfSubject } from '../idOfSubject.ts';
import { principalId } from '../principalId.ts';

/**
 * The id of a thing of which the audit trail may tell: named by URN or id, a person, team or service also by name.
 * @throws Fault NOT_FOUND when the trail knows nothing of it
 */
export async function subjectId(client: Client, subject: string): Promise<string> {
  if (subject.startsWith('urn:')) return idOfSubject(client, subject);
  const { auditTrail } = await client.ask(TOLD_OF, { variables: { subject } });
  if (auditTrail.edges.length > 0) return subject;
  return principalId(client, subject).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.code !== 'NOT_FOUND') throw error;
    throw new Fault('NOT_FOUND', {
      public: `Nothing is recorded of "${subject}". Give the URN or the id of a thing, or the name of a person, team or service. ${error.message}`,
    });
  });
}

const toldOf = z.object({ auditTrail: z.object({ edges: z.array(z.unknown()) }) });
const TOLD_OF: Operation<z.infer<typeof toldOf>> = {
  source: 'query CliToldOf($subject: ID!) { auditTrail(filter: { subjectId: $subject }, first: 1) { edges { cursor } } }',
  answer: toldOf,
};
