import type { Digest } from '../../../../kernel/canonical.ts';
import { badInput, notFound } from '../../../../kernel/fault.ts';
import { decide } from '../../../../kernel/policy/decision.ts';
import { parseInstant } from '../../../../kernel/time.ts';
import { parseUrn } from '../../../../kernel/urn.ts';
import type { Context } from '../../context.ts';
import { requireArtifactPath } from '../../domain/artifactPath.ts';
import { type Artifact, DATASET_ROLES, type DatasetRole, type VersionDataset } from '../../domain/model.ts';
import { usableBlobs } from '../../store/artifacts.ts';
import { describeBytes } from './readModels.ts';

/** A file whose bytes were uploaded before. */
export interface ArtifactInput {
  readonly path: string;
  readonly digest: string;
  readonly mediaType?: string | null;
}

export interface DatasetInput {
  readonly role: DatasetRole;
  readonly urn: string;
  readonly asOf?: string | null;
  readonly digest?: string | null;
}

const ARTIFACTS_MAX = 1_000;
const DATASETS_MAX = 100;
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,60}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}$/;
const AT_ONCE = 16;

/**
 * Files as they will be kept: what they are called is the caller's word, size and kind are read from the bytes.
 * @throws Fault BAD_USER_INPUT, NOT_FOUND for bytes that were not uploaded or that the caller may not use
 */
export async function readArtifacts(context: Context, given: readonly ArtifactInput[]): Promise<readonly Artifact[]> {
  if (given.length > ARTIFACTS_MAX) throw badInput(`artifacts: at most ${ARTIFACTS_MAX} at once.`);
  const paths = new Set<string>();
  for (const { path } of given) {
    requireArtifactPath(path);
    if (paths.has(path)) throw badInput(`path: "${path.slice(0, 100)}" is given twice.`);
    paths.add(path);
  }
  const digests = [...new Set(given.map(({ digest }) => digest))];
  const { kernel, request } = context;
  const user = {
    principalId: request.principal.id,
    bitmap: await context.visible(),
    browses: decide(request, 'registry.browse').effect === 'allow',
  };
  const usable = await usableBlobs(kernel.db, user, digests);
  const missing = digests.find((digest) => !usable.has(digest));
  if (missing !== undefined) throw notUploaded(missing);
  const artifacts: Artifact[] = [];
  for (let place = 0; place < given.length; place += AT_ONCE)
    artifacts.push(...(await Promise.all(given.slice(place, place + AT_ONCE).map((one) => readArtifact(context, one)))));
  return artifacts;
}

async function readArtifact(
  { kernel, request }: Context,
  { path, digest: written, mediaType: given }: ArtifactInput,
): Promise<Artifact> {
  const said = given?.trim().toLowerCase();
  if (said !== undefined && !MEDIA_TYPE.test(said))
    throw badInput(`mediaType: "${said.slice(0, 60)}" is none. A right one looks like application/onnx.`);
  const digest = written as Digest;
  const sizeBytes = await kernel.blobs.sizeOf(digest, request.signal);
  if (sizeBytes === null) throw notUploaded(digest);
  const { mediaType, isExecutable, isModel } = await describeBytes(kernel.blobs, digest, path);
  return { path, sizeBytes, digest, mediaType: isModel ? mediaType : (said ?? mediaType), isExecutable };
}

const notUploaded = (digest: string) => notFound(`The bytes ${digest.slice(0, 80)} (upload them first: PUT /registry/v1/blobs)`);

/** Datasets, with the ids by which the catalog knows them. @throws Fault BAD_USER_INPUT, SOURCE_UNAVAILABLE */
export async function readDatasets(context: Context, given: readonly DatasetInput[]): Promise<readonly VersionDataset[]> {
  if (given.length > DATASETS_MAX) throw badInput(`datasets: at most ${DATASETS_MAX}.`);
  const seen = new Set<string>();
  for (const { role, urn } of given) {
    if (!DATASET_ROLES.includes(role)) throw badInput(`datasets: the role is one of ${DATASET_ROLES.join(', ')}.`);
    if (parseUrn(urn).kind !== 'dataset') throw badInput(`datasets: ${urn.slice(0, 200)} is no URN of a dataset.`);
    if (seen.has(`${role} ${urn}`)) throw badInput(`datasets: ${urn.slice(0, 200)} is given twice as ${role}.`);
    seen.add(`${role} ${urn}`);
  }
  const ids = await knownDatasets(context, [...new Set(given.map(({ urn }) => urn))]);
  return given.map(({ role, urn, asOf, digest }) => ({
    role,
    urn,
    datasetId: ids.get(urn) ?? null,
    asOf: typeof asOf === 'string' ? parseInstant(asOf) : null,
    digest: digest ?? null,
  }));
}

/** The catalog knows whether there are datasets of these names that the caller may see. */
async function knownDatasets({ kernel, request }: Context, urns: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (urns.length === 0) return new Map();
  const asked = urns.map((_, place) => `$u${place}: Urn!`).join(', ');
  const fields = urns.map((_, place) => `d${place}: dataset(urn: $u${place}) { id }`).join(' ');
  const variables = Object.fromEntries(urns.map((urn, place) => [`u${place}`, urn]));
  const answer = (await kernel.graph.ask(request, `query RegistryDatasets(${asked}) { ${fields} }`, variables)) as Readonly<
    Record<string, { readonly id: string } | null>
  >;
  return new Map(
    urns.flatMap((urn, place) => {
      const id = answer[`d${place}`]?.id;
      return id === undefined ? [] : [[urn, id] as const];
    }),
  );
}
