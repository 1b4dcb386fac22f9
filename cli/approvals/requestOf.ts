import { z } from 'zod';
import { notFound } from '../../kernel/fault.ts';
import type { Client, Operation } from '../client.ts';
import { namesVersion } from '../models/reference.ts';
import { subjectOf } from './show.ts';

export const REQUEST_ARGUMENT = 'id of a request, as `approvals list` says, or what it is about, e.g. churn@2';

/** The id of a request; of what it is about, the one that is not ended. @throws Fault NOT_FOUND, BAD_USER_INPUT */
export async function requestOf(client: Client, written: string): Promise<string> {
  if (!written.startsWith('urn:') && !namesVersion(written)) return written;
  const subjectId = await subjectOf(client, written);
  const { approvalRequests } = await client.ask(LIVE, { variables: { subjectId } });
  const [found] = approvalRequests.edges;
  if (found === undefined) throw notFound(`An open request about ${written}`);
  return found.node.id;
}

const listed = z.object({ approvalRequests: z.object({ edges: z.array(z.object({ node: z.object({ id: z.string() }) })) }) });
const LIVE: Operation<z.infer<typeof listed>> = {
  source: `query CliLiveRequest($subjectId: ID!) {
    approvalRequests(filter: { subjectId: $subjectId, states: [OPEN, NEEDS_REVALIDATION, APPROVED, APPLIED] }, first: 1) { edges { node { id } } } }`,
  answer: listed,
};
