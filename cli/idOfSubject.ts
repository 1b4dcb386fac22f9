import { z } from 'zod';
import { notFound } from '../kernel/fault.ts';
import type { Client, Operation } from './client.ts';

/** The id of what somebody named by URN or by id. @throws Fault NOT_FOUND */
export async function idOfSubject(client: Client, subject: string): Promise<string> {
  if (!subject.startsWith('urn:')) return subject;
  const { asset } = await client.ask(ID, { variables: { urn: subject } });
  if (asset === null) throw notFound(subject);
  return asset.id;
}

const answer = z.object({ asset: z.object({ id: z.string() }).nullable() });
const ID: Operation<z.infer<typeof answer>> = {
  source: 'query CliAssetId($urn: Urn) { asset(urn: $urn) { id } }',
  answer,
};
