import type { Context } from '../../context.ts';
import type { ReachedModel, ReachedModels } from '../../domain/features/use.ts';
import type { StageBinding } from '../../domain/model.ts';
import { type UsedColumn, usesInStage } from '../../store/features/columnUses.ts';
import { readStage } from '../names.ts';

const MODELS_MAX = 500;

/** Which models in a stage a change of a column reaches: by the column itself, or by what is made of it. */
export async function modelsReached(context: Context, columnId: string, stage: string): Promise<ReachedModels> {
  const { kernel, request, visible } = context;
  const folded = readStage(stage);
  const reached = await context.downstream.load(columnId);
  if (reached === null) return { models: [], truncation: [] };
  const ids = [...new Set([columnId, ...reached.degrees.keys()])];
  // A dataset that is reached as a whole stands for its columns.
  const wanted = { columnIds: ids, datasetIds: ids, stage: folded, count: MODELS_MAX + 1 };
  const uses = await usesInStage(kernel.db, await visible(), wanted, request.asOf);
  const kept = uses.slice(0, MODELS_MAX);
  const bindings = await context.bindings.loadMany(kept.map(({ bindingId }) => bindingId));
  const models = kept.flatMap(({ links }, place) => {
    const binding = bindings[place];
    return binding === undefined || binding === null || binding instanceof Error
      ? []
      : nearest(binding, links, columnId, reached.degrees);
  });
  return {
    models: models.toSorted((a, b) => a.degree - b.degree),
    truncation: [...reached.truncation, ...(uses.length > MODELS_MAX ? ['MODELS'] : [])],
  };
}

function nearest(
  binding: StageBinding,
  links: readonly UsedColumn[],
  columnId: string,
  degrees: ReadonlyMap<string, number>,
): readonly ReachedModel[] {
  const degreeOf = (link: UsedColumn): number =>
    link.columnId === columnId ? 0 : Math.min(degrees.get(link.columnId) ?? Infinity, degrees.get(link.datasetId) ?? Infinity);
  const [first] = links.toSorted((a, b) => degreeOf(a) - degreeOf(b));
  if (first === undefined) return [];
  const features = [...new Set(links.map(({ feature }) => feature))];
  return [{ binding, features, columnId: first.columnId, degree: degreeOf(first) }];
}
