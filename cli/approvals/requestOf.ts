import { z } from 'zod';
import { badInput, notFound } from '../../kernel/fault.ts';
import type { Client, Operation } from '../client.ts';
import { namesVersion } from '../models/reference.ts';
import { escaped } from '../terminal/escape.ts';
import { subjectOf } from './show.ts';
import { request, REQUEST_FIELDS, stateOf, targetOf } from './text.ts';

export const REQUEST_ARGUMENT = 'id of a request, as `approvals list` says, or what it is about, e.g. churn@2';
export const STAGE_OPTION = ['--stage <stage>', 'for a version with requests for several stages: which one is meant'] as const;

/** What may be done with requests, and the states in which it may be. */
const STATES = {
  decide: ['OPEN', 'NEEDS_REVALIDATION'],
  withdraw: ['OPEN', 'NEEDS_REVALIDATION', 'APPROVED'],
  revoke: ['APPROVED', 'APPLIED'],
} as const;

interface Meant {
  readonly written: string;
  readonly stage?: string | undefined;
  readonly to: keyof typeof STATES;
}

/**
 * The id of a request; of what it is about, the only one with which that may be done. Of several none is taken: whoever was asked about one must not
 * answer for another that was opened since.
 * @throws Fault NOT_FOUND, BAD_USER_INPUT
 */
export async function requestOf(client: Client, { written, stage, to }: Meant): Promise<string> {
  if (!written.startsWith('urn:') && !namesVersion(written)) {
    if (stage !== undefined) throw badInput(`--stage chooses among the requests of a version. ${written} is one: leave it out.`);
    return written;
  }
  const filter = {
    subjectId: await subjectOf(client, written),
    states: STATES[to],
    ...(stage !== undefined && { stage }),
  };
  const { approvalRequests } = await client.ask(FITTING, { variables: { filter } });
  const all = approvalRequests.edges.map(({ node }) => node);
  const [found, ...others] = all;
  if (found === undefined) throw notFound(`${NONE[to]} about ${written}${stage === undefined ? '' : ` for ${stage}`}`);
  if (others.length === 0) return found.id;
  const lines = all.map((one) => `  ${one.id}  ${escaped(targetOf(one))}  ${escaped(stateOf(one))}`);
  const help =
    stage === undefined && all.every((one) => one.stage !== null) ? 'Give --stage, or the id of one' : 'Give the id of one';
  throw badInput(`Several requests about ${written} fit. ${help}:\n${lines.join('\n')}`);
}

const NONE = {
  decide: 'A request that waits for a decision',
  withdraw: 'A request that could be withdrawn',
  revoke: 'An approval that could be revoked',
} as const;

const listed = z.object({ approvalRequests: z.object({ edges: z.array(z.object({ node: request })) }) });
const FITTING: Operation<z.infer<typeof listed>> = {
  source: `query CliFittingRequests($filter: ApprovalRequestFilter!) {
    approvalRequests(filter: $filter, first: 50) { edges { node { ${REQUEST_FIELDS} } } } }`,
  answer: listed,
};
