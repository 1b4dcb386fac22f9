import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Client } from './client.ts';
import { Refusal } from './refusal.ts';

/** One mutation. Its only field is called `result`, and every member of the result is told apart by `__typename`. */
export interface Mutation<T> {
  readonly source: string;
  readonly done: z.ZodType<T>;
}

/** What a mutation selects beside its own result; CONFLICT only where the thing has versions. */
export const REFUSED = '__typename ... on MutationPayload { auditId } ... on Refused { code message }';
export const CONFLICT = '... on Conflict { message }';

const refused = z
  .object({ __typename: z.literal('Refused'), auditId: z.string(), code: z.string(), message: z.string() })
  .transform(({ code, message, auditId }) => ({ kind: 'refused', refusal: new Refusal(code, message, auditId) }) as const);
const conflict = z
  .object({ __typename: z.literal('Conflict'), auditId: z.string(), message: z.string() })
  .transform(({ message, auditId }) => ({ kind: 'refused', refusal: new Refusal('CONFLICT', message, auditId) }) as const);

/** Sends a mutation. @throws Refusal when a rule was against it */
export async function send<T>(client: Client, { source, done }: Mutation<T>, input: object): Promise<T> {
  const result = z.union([refused, conflict, done.transform((value) => ({ kind: 'done', value }) as const)]);
  // Each wish of a person is a new one, even when it reads like the last.
  const variables = { input: { idempotencyKey: randomUUID(), ...input } };
  const answer = await client.ask({ source, answer: z.object({ result }) }, { variables });
  if (answer.result.kind === 'refused') throw answer.result.refusal;
  return answer.result.value;
}
