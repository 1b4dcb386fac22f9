import { Readable } from 'node:stream';
import { record } from '../../../../kernel/audit/record.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { RawReply, Route, RouteReply, RouteRequest } from '../../../../kernel/http/route.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { type ArtifactPlace, readArtifactPlace } from '../../domain/mlflow/artifactPlace.ts';
import { absent, cited, invalid } from '../../domain/mlflow/mlflowFault.ts';
import {
  type Artifact,
  artifactAt,
  artifactInTheWay,
  countArtifacts,
  folderAt,
  putArtifact,
  removeArtifacts,
} from '../../store/mlflow/artifacts.ts';
import { describeBytes } from '../versions/readModels.ts';
import { mayReadArtifacts, requireOpenOwner, takeOpenOwner } from './artifactOwner.ts';
import { type MlflowCall, tracking } from './call.ts';
import { BASES, callOf, MLFLOW_ROUTE } from './endpoint.ts';
import { ofArtifacts } from './events.ts';

/** The largest single artifact: 5 GiB. */
const ARTIFACT_BYTES_MAX = 5 * 1024 ** 3;
/** Of one run or logged model: any list of artifacts is complete. */
export const ARTIFACTS_MAX = 10_000;

/** Bytes of artifacts, at the addresses to which clients translate `mlflow-artifacts:/…`. */
export const artifactRoutes = (kernel: Kernel): readonly Route[] =>
  BASES.flatMap((base) => {
    const root = `${base}/mlflow-artifacts/artifacts`;
    const route = (
      method: Route['method'],
      path: string,
      handle: (call: MlflowCall, request: RouteRequest) => Promise<RouteReply>,
    ): Route => ({
      ...MLFLOW_ROUTE,
      method,
      path: `${root}${path}`,
      bodyBytesMax: method === 'PUT' ? ARTIFACT_BYTES_MAX : 1_000,
      ...(method === 'PUT' && { takesBytes: true }),
      handle: (request) => handle(callOf(kernel, request, `-artifacts/${method.toLowerCase()}`), request),
    });
    return [
      route('GET', '', list),
      route('GET', '/*', (call, request) => download(call, placeOf(request))),
      route('PUT', '/*', upload),
      route('DELETE', '/*', remove),
    ];
  });

const placeOf = ({ params }: RouteRequest): ArtifactPlace => placeAt(params['*'] ?? '');

function placeAt(written: string): ArtifactPlace {
  const place = readArtifactPlace(written);
  if (place === null)
    throw absent(`Nothing is kept at ${cited(written)}: artifacts belong to a run, a logged model or a model version.`);
  return place;
}

async function list(call: MlflowCall, { query }: RouteRequest): Promise<RouteReply> {
  const files = await filesIn(call, placeAt(query.get('path') ?? ''));
  return { status: 200, body: { files } };
}

/** What lies directly in a folder, under its last names. */
export async function filesIn(call: MlflowCall, { owner, path }: ArtifactPlace): Promise<readonly ShownFile[]> {
  await mayReadArtifacts(call, owner);
  const entries = await folderAt(call.kernel.db, owner, path, ARTIFACTS_MAX);
  return entries.map(({ name, isFolder, sizeBytes }) => ({
    path: name,
    is_dir: isFolder,
    ...(sizeBytes !== null && { file_size: sizeBytes }),
  }));
}

export interface ShownFile {
  readonly path: string;
  readonly is_dir: boolean;
  readonly file_size?: number;
}

/** Always as something to save: what people upload must not run in pages of this server. */
export async function download(call: MlflowCall, { owner, path }: ArtifactPlace): Promise<RawReply> {
  await mayReadArtifacts(call, owner);
  const artifact = await artifactAt(call.kernel.db, owner, path);
  if (artifact === null) throw absent(`No such artifact: ${cited(path)}`);
  return {
    status: 200,
    type: 'application/octet-stream',
    raw: await call.kernel.blobs.open(artifact.digest),
    headers: {
      'content-length': `${artifact.sizeBytes}`,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(path.split('/').at(-1) ?? '')}`,
    },
  };
}

async function upload(call: MlflowCall, request: RouteRequest): Promise<RouteReply> {
  const { owner, path } = placeOf(request);
  if (path === '') throw invalid('Say which artifact: the address ends with its path, e.g. /model/MLmodel.');
  // Before anything of it is read: whoever may not write should not fill the disk.
  requireAction(call.request, 'registry.create');
  await requireOpenOwner(call.kernel.db, owner);
  const { digest, sizeBytes } = await call.kernel.blobs.put(
    request.body instanceof Readable ? request.body : Buffer.alloc(0),
    ARTIFACT_BYTES_MAX,
  );
  const { mediaType, isExecutable } = await describeBytes(call.kernel.blobs, digest, path);
  const artifact: Artifact = { path, digest, sizeBytes, mediaType, isExecutable };
  await tracking(call, async (tx, origin) => {
    const { owner: open, experimentNo } = await takeOpenOwner(tx, owner);
    const other = await artifactInTheWay(tx, owner, path);
    if (other !== null) throw invalid(`There is an artifact at ${cited(other)}: a path cannot be both a file and a folder.`);
    if (!(await putArtifact(tx, owner, artifact, origin.actor.id))) return;
    if ((await countArtifacts(tx, owner)) > ARTIFACTS_MAX)
      throw invalid(`${owner.id} would have more than ${ARTIFACTS_MAX} artifacts. Pack them into archives.`);
    await record(tx, origin, [await ofArtifacts(tx, 'stored', open, experimentNo, { path, digest, sizeBytes })]);
  });
  return { status: 200, body: {} };
}

async function remove(call: MlflowCall, request: RouteRequest): Promise<RouteReply> {
  const { owner, path } = placeOf(request);
  await tracking(call, async (tx, origin) => {
    const { owner: open, experimentNo } = await takeOpenOwner(tx, owner);
    const count = await removeArtifacts(tx, owner, path);
    if (count > 0) await record(tx, origin, [await ofArtifacts(tx, 'removed', open, experimentNo, { path, count })]);
  });
  return { status: 200, body: {} };
}
