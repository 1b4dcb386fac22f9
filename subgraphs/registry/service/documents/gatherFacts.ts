import { EVIDENCE_KINDS } from '../../../../kernel/approval/evidenceValue.ts';
import { decide } from '../../../../kernel/policy/decision.ts';
import type { Context } from '../../context.ts';
import { compareVersions, type Compared } from '../../domain/compare.ts';
import type { Facts } from '../../domain/documents/facts.ts';
import { figuresOf } from '../../domain/documents/figures.ts';
import { modelCard, type ModelCard } from '../../domain/documents/modelCard.ts';
import {
  technicalDocumentation as document,
  type TechnicalDocumentation,
} from '../../domain/documents/technicalDocumentation.ts';
import type { Evidence, ModelVersion } from '../../domain/model.ts';
import { listArtifacts } from '../../store/artifacts.ts';
import { approvalsOf } from '../../store/readApprovals.ts';
import { listEvidence } from '../../store/readEvidence.ts';
import { listVersions } from '../../store/readVersions.ts';
import { stageHistory } from '../../store/stages.ts';
import { aliasesOf } from '../aliases/readAliases.ts';
import { requirePresent } from '../presentOnly.ts';

const EVIDENCE_MAX = 1_000;
const FILES_MAX = 1_001;
const HISTORY_MAX = 200;

export async function modelCardOf(context: Context, version: ModelVersion): Promise<ModelCard | null> {
  requirePresent(context, 'modelCard');
  const facts = await gatherFacts(context, version);
  return facts === null ? null : modelCard(facts);
}

export async function technicalDocumentationOf(context: Context, version: ModelVersion): Promise<TechnicalDocumentation | null> {
  requirePresent(context, 'technicalDocumentation');
  const facts = await gatherFacts(context, version);
  return facts === null ? null : document(facts);
}

/** All that is known of a version; null when its model may not be seen. */
async function gatherFacts(context: Context, version: ModelVersion): Promise<Facts | null> {
  const { kernel, request } = context;
  const model = await context.modelsByNo.load(version.modelNo);
  if (model === null) return null;
  const history = await stageHistory(kernel.db, model.no, { stage: null, before: null, count: HISTORY_MAX }, null);
  const staged = await context.anyVersions.loadMany([...new Set(history.map(({ versionId }) => versionId))]);
  const compared = await comparedOf(context, version);
  return {
    model,
    owners: await context.owners.load(model.no),
    tags: await context.modelTags.load(model.no),
    version,
    artifacts: compared.artifacts,
    datasets: compared.datasets,
    evidence: await countingEvidence(context, version),
    history,
    numbers: new Map(staged.flatMap((one) => (one === null || one instanceof Error ? [] : [[one.id, one.number] as const]))),
    approvals: decide(request, 'approval.read').effect === 'allow' ? await approvalsOf(kernel.db, version.id) : null,
    changes: await changesOf(context, version, compared),
  };
}

async function changesOf(context: Context, version: ModelVersion, right: Compared): Promise<Facts['changes']> {
  const [before] = await listVersions(
    context.kernel.db,
    await context.visible(),
    version.modelNo,
    { states: ['SEALED', 'DAMAGED'], before: version.number, count: 1 },
    null,
  );
  if (before === undefined) return null;
  const { summary } = compareVersions(await comparedOf(context, before), right);
  return { sinceNumber: before.number, summary };
}

const countingEvidence = ({ kernel, request }: Context, { id }: ModelVersion): Promise<readonly Evidence[]> =>
  listEvidence(kernel.db, id, { kinds: EVIDENCE_KINDS, latestOnly: true, before: null, count: EVIDENCE_MAX }, request.asOf);

/** A version with all that is compared of it. */
export async function comparedOf(context: Context, version: ModelVersion): Promise<Compared> {
  const aliases = await aliasesOf(context, { no: version.modelNo });
  return {
    version,
    artifacts: await listArtifacts(context.kernel.db, version.id, null, FILES_MAX),
    datasets: await context.datasets.load(version.id),
    figures: figuresOf(await countingEvidence(context, version)),
    stages: (await context.stagesOfVersion.load(version.id)).map(({ stage }) => stage),
    aliases: aliases.filter(({ versionId }) => versionId === version.id).map(({ alias }) => alias),
  };
}
