import { sampleGlossary, type SampleTerm } from '../connectors/sample/glossary.ts';
import { LAST_STAGE } from '../connectors/sample/stages.ts';
import * as documents from './sampleDocuments.ts';
import type { Cast } from './sampleModel.ts';
import { sampleUrn } from './sampleUrn.ts';

const KEY = 'sample/glossary';

/** Plays how people wrote down what their words mean, and what they offer each other. */
export async function playGlossary(cast: Omit<Cast, 'upload'>, stage: number): Promise<void> {
  if (stage !== LAST_STAGE) return;
  const ids = new Map<string, string>();
  for (const term of sampleGlossary.terms) ids.set(term.name, await define(cast, term, ids));
  await offer(cast);
}

/** @param ids of the terms before it, by their names */
async function define(
  { ask, clock, teams }: Omit<Cast, 'upload'>,
  { name, definition, synonyms, parent, owner, published, assets }: SampleTerm,
  ids: ReadonlyMap<string, string>,
): Promise<string> {
  const { by } = sampleGlossary;
  const key = `${KEY}/${name}`;
  const { glossaryTerm } = await ask<{ glossaryTerm: { id: string } }>(by, clock(), documents.createGlossaryTerm, {
    idempotencyKey: key,
    name,
    definition,
    synonyms,
    owners: [{ principalId: teams.get(owner) }],
    ...(parent !== null && { parentId: ids.get(parent) }),
  });
  const termId = glossaryTerm.id;
  await ask(by, clock(), documents.assignGlossaryTerm, { idempotencyKey: `${key}/assets`, termId, urns: assets.map(urnOf) });
  if (published) await ask(by, clock(), documents.publishGlossaryTerm, { idempotencyKey: `${key}/publish`, termId });
  return termId;
}

async function offer({ ask, clock, teams }: Omit<Cast, 'upload'>): Promise<void> {
  const { by, product } = sampleGlossary;
  const key = `${KEY}/${product.name}`;
  const { dataProduct } = await ask<{ dataProduct: { id: string } }>(by, clock(), documents.createDataProduct, {
    idempotencyKey: key,
    name: product.name,
    description: product.description,
    owners: [{ principalId: teams.get(product.owner) }],
  });
  await ask(by, clock(), documents.addDataProductMembers, {
    idempotencyKey: `${key}/members`,
    productId: dataProduct.id,
    urns: product.members.map(urnOf),
  });
}

function urnOf(written: string): string {
  const [schema = '', table = '', column = null] = written.split('.');
  return sampleUrn(`${schema}.${table}`, column);
}
