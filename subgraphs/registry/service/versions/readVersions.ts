import { badInput, Fault } from '../../../../kernel/fault.ts';
import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import type { Context } from '../../context.ts';
import type { Artifact, Model, ModelVersion, VersionState } from '../../domain/model.ts';
import { artifactAt, listArtifacts } from '../../store/artifacts.ts';
import { listVersions, versionByNumber } from '../../store/readVersions.ts';
import { versionByLabel } from '../aliases/readAliases.ts';
import { findModel } from '../models/readModels.ts';

export interface FindVersion {
  readonly id?: string | null;
  readonly model?: string | null;
  readonly number?: number | null;
  readonly alias?: string | null;
}

/** One version, by whichever of its names is given. @throws Fault BAD_USER_INPUT */
export async function findVersion(
  context: Context,
  { id, model: name, number, alias }: FindVersion,
): Promise<ModelVersion | null> {
  if (typeof id === 'string') return context.versions.load(id);
  if (typeof name !== 'string' || (typeof number === 'number') === (typeof alias === 'string'))
    throw badInput('modelVersion needs id, or model with either number or alias.');
  if (typeof number === 'number') requireNumber('number', number);
  const model = await findModel(context, { name });
  if (model === null) return null;
  if (typeof alias === 'string') return versionByLabel(context, model, alias);
  const { kernel, request } = context;
  return context.look((bitmap) => versionByNumber(kernel.db, bitmap, model.no, number ?? 0, request.asOf));
}

/** @throws Fault BAD_USER_INPUT */
export function requireNumber(argument: string, number: number): void {
  if (number < 1) throw badInput(`${argument}: versions count from 1.`);
}

const SHOWN: readonly VersionState[] = ['DRAFT', 'SEALED', 'DAMAGED'];

/** Versions of a model, the highest number first. */
export async function versionConnection(
  context: Context,
  { no }: Pick<Model, 'no'>,
  states: readonly VersionState[] | null,
  args: PageArgs,
): Promise<Connection<ModelVersion>> {
  const { kernel, request } = context;
  const page = readPage(args, JSON.stringify(['versions', no, states, request.asOf]), 50, ['int']);
  const window = { states: states ?? SHOWN, before: page.after?.[0] ?? null, count: page.first + 1 };
  const rows = await listVersions(kernel.db, await context.visible(), no, window, request.asOf);
  return toConnection(rows, page, ({ number }) => [number]);
}

/** Files of a version in the order of their paths. */
export async function artifactConnection(context: Context, version: ModelVersion, args: PageArgs): Promise<Connection<Artifact>> {
  requireSettled(context, version, 'artifacts');
  const page = readPage(args, JSON.stringify(['artifacts', version.id]), 100, ['text']);
  const rows = await listArtifacts(context.kernel.db, version.id, page.after?.[0] ?? null, page.first + 1);
  const { count } = await context.artifactTotals.load(version.id);
  return toConnection(rows, page, ({ path }) => [path], { value: count, exact: true });
}

export const artifactOf = ({ kernel }: Context, versionId: string, path: string): Promise<Artifact | null> =>
  artifactAt(kernel.db, versionId, path);

/** What a draft held then, nobody kept; what is sealed never changed. @throws Fault AS_OF_UNSUPPORTED */
export function requireSettled({ request }: Context, { state, number }: ModelVersion, field: string): void {
  if (request.asOf !== null && state === 'DRAFT')
    throw new Fault('AS_OF_UNSUPPORTED', {
      public: `Version ${number} was a draft then, and ${field} of a draft knows the present only. Leave \`Cadastre-As-Of\` out.`,
    });
}
