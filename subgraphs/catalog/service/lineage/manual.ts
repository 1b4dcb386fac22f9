import { badInput } from '../../../../kernel/fault.ts';
import { newId } from '../../../../kernel/ids.ts';
import {
  mutate,
  type MutationInput,
  type Prepared,
  type RefusedResult,
  type Refusal,
} from '../../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { ownedNo, type Asset } from '../../domain/asset.ts';
import { SUBTYPES, type EdgeEnd, type EdgeSubtype } from '../../domain/lineage/edge.ts';
import type { LineageAdded, LineageRemoved } from '../../domain/result.ts';
import { isCurrentEvidence } from '../../store/lineageEdges.ts';
import { evidenceTargets } from '../../store/evidenceTargets.ts';
import { visibleNumbers } from '../../store/visibleNumbers.ts';
import { findTarget } from '../target.ts';
import { recordEvidence } from './recordEvidence.ts';

export interface AddLineage extends MutationInput {
  readonly source: string;
  readonly target: string;
  readonly subtype?: EdgeSubtype;
  readonly expression?: string | null;
  readonly reason?: string | null;
}

const EXPRESSION_MAX = 10_000;

/** States by hand that data flows from one asset to another. */
export async function addLineage(context: Context, input: AddLineage): Promise<LineageAdded | RefusedResult> {
  if ((input.expression?.length ?? 0) > EXPRESSION_MAX) throw badInput(`expression has more than ${EXPRESSION_MAX} characters.`);
  const { subtype = 'TRANSFORMATION' } = input;
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'addLineage',
      noun: 'catalog.lineage',
      action: 'catalog.curate',
      input,
      prepare: () => findEnds(context, input),
    },
    async (tx, origin, { from, to, isLoop }): Promise<LineageAdded | Refusal> => {
      if (isLoop) {
        return { refusal: { code: 'SAME_ASSET', message: 'Source and target are the same asset.' } };
      }
      const key = `manual/${newId('event')}`;
      const { receipt } = await recordEvidence(tx, origin, [
        {
          key,
          origin: 'MANUAL',
          detail: { by: origin.actor.id },
          claims: [
            {
              source: from,
              target: to,
              type: SUBTYPES.DIRECT.some((direct) => direct === subtype) ? 'DIRECT' : 'INDIRECT',
              subtype,
              expression: input.expression ?? null,
              confidence: 1,
              reasons: [],
            },
          ],
        },
      ]);
      return { __typename: 'LineageAdded', ...tokens(receipt), evidenceKey: key };
    },
  );
}

export async function removeLineage(
  context: Context,
  input: MutationInput & { readonly evidenceKey: string },
): Promise<LineageRemoved | RefusedResult> {
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'removeLineage',
      noun: 'catalog.lineage',
      action: 'catalog.curate',
      input,
      prepare: () => findStated(context, input.evidenceKey),
    },
    async (tx, origin, { isHidden }): Promise<LineageRemoved | Refusal> => {
      if (isHidden || !input.evidenceKey.startsWith('manual/') || !(await isCurrentEvidence(tx, input.evidenceKey))) {
        return {
          refusal: { code: 'NOT_MANUAL', message: 'Only lineage that was stated by hand and still holds can be taken back.' },
        };
      }
      const { outcomes, receipt } = await recordEvidence(tx, origin, [
        { key: input.evidenceKey, origin: 'MANUAL', detail: {}, claims: [] },
      ]);
      return { __typename: 'LineageRemoved', ...tokens(receipt), closed: outcomes[0]?.closed ?? 0 };
    },
  );
}

/** What leads into something that the caller may not see is, for them, not there. */
async function findStated(context: Context, evidenceKey: string): Promise<Prepared & { readonly isHidden: boolean }> {
  const targets = await evidenceTargets(context.kernel.db, evidenceKey);
  const visible = await visibleNumbers(context.kernel.db, targets, await context.visible());
  const isHidden = visible.size < targets.length;
  return {
    subject: writtenSubject(context.kernel.pepper, 'Evidence', 'evidenceKey', evidenceKey),
    resources: isHidden ? [] : targets,
    isHidden,
  };
}

interface Ends extends Prepared {
  readonly from: EdgeEnd;
  readonly to: EdgeEnd;
  readonly isLoop: boolean;
}

async function findEnds(context: Context, input: AddLineage): Promise<Ends> {
  const [source, target] = await Promise.all([
    findTarget(context.reader, input.source),
    findTarget(context.reader, input.target),
  ]);
  const [from, to] = [await endOf(context, source.asset), await endOf(context, target.asset)];
  if (to.column !== null && from.column === null)
    throw badInput('A column is made of columns. Give the URN of a column as source.');
  return { subject: target.subject, resources: [target.rootNo], from, to, isLoop: source.asset.no === target.asset.no };
}

async function endOf(context: Context, asset: Asset): Promise<EdgeEnd> {
  if (asset.__typename === 'Container')
    throw badInput('Lineage runs between datasets and columns. A container has none of its own.');
  if (asset.__typename === 'Dashboard') throw badInput('What a dashboard reads is said by the tool that states it, e.g. dbt.');
  const dataset = await context.reader.asset(ownedNo(asset));
  const name = dataset?.qualifiedName ?? '';
  return { namespace: asset.namespace, name, column: asset.__typename === 'Column' ? asset.name : null };
}
