import { z } from 'zod';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { PublicRoute, Route } from '../../../../kernel/http/route.ts';
import { optional, readArgs, required, text } from '../../domain/mlflow/args.ts';
import { readArtifactPath } from '../../domain/mlflow/artifactPath.ts';
import { type ArtifactPlace, loggedModelRoot, runRoot } from '../../domain/mlflow/artifactPlace.ts';
import { loggedModelById } from '../../store/mlflow/loggedModels.ts';
import { runById } from '../../store/mlflow/runs.ts';
import { download, filesIn } from './artifactRoutes.ts';
import { type MlflowCall, mayBrowse } from './call.ts';
import { callOf, endpoint, type Endpoint, MLFLOW_ROUTE } from './endpoint.ts';
import { noLoggedModel } from './loggedModels.ts';
import { noRun, oneRun, type OneRun, runIdOf } from './runs.ts';
import { foundVersion } from './versionReads.ts';

/** Lists of artifacts, by whom they belong to. */
export const artifactEndpoints: readonly Endpoint[] = [
  endpoint('GET /artifacts/list', oneRun.extend({ path: optional(text), page_token: optional(text) }), listOfRun),
  endpoint(
    'GET /logged-models/:model_id/artifacts/directories',
    z.object({ model_id: required, artifact_directory_path: optional(text), page_token: optional(text) }),
    listOfModel,
  ),
];

async function listOfRun(call: MlflowCall, args: OneRun & { readonly path?: string | undefined }): Promise<object> {
  mayBrowse(call);
  const run = await runById(call.kernel.db, runIdOf(args));
  if (run === null) throw noRun(runIdOf(args));
  const owner = { kind: 'RUN', id: run.id } as const;
  return { root_uri: runRoot(run.experimentNo, run.id), files: await below(call, owner, args.path ?? '') };
}

async function listOfModel(
  call: MlflowCall,
  {
    model_id: id,
    artifact_directory_path: path = '',
  }: { readonly model_id: string; readonly artifact_directory_path?: string | undefined },
): Promise<object> {
  mayBrowse(call);
  const model = await loggedModelById(call.kernel.db, id);
  if (model === null) throw noLoggedModel(id);
  return { root_uri: loggedModelRoot(model.experimentNo, id), files: await below(call, { kind: 'LOGGED_MODEL', id }, path) };
}

/** Under their whole paths, as these lists have them. */
async function below(
  call: MlflowCall,
  owner: { readonly kind: 'RUN' | 'LOGGED_MODEL'; readonly id: string },
  written: string,
): Promise<readonly object[]> {
  const path = written === '' ? '' : readArtifactPath(written);
  const files = await filesIn(call, { owner, path });
  return files.map((file) => ({ ...file, path: path === '' ? file.path : `${path}/${file.path}` }));
}

const ofRun = oneRun.extend({ path: required });
const ofLoggedModel = z.object({ model_id: required, artifact_file_path: required });
const ofVersion = z.object({ name: required, version: required, path: required });

/** Addresses that are not below `/api`: single artifacts for older clients, and whether and as what the server is there. */
export const otherRoutes = (kernel: Kernel): readonly (Route | PublicRoute)[] => [
  fileRoute(kernel, '/get-artifact', async (_call, query) => {
    const args = readArgs(ofRun, query);
    return { owner: { kind: 'RUN', id: runIdOf(args) }, path: readArtifactPath(args.path) };
  }),
  fileRoute(kernel, '/model-versions/get-artifact', async (call, query) => {
    const { name, version, path } = readArgs(ofVersion, query);
    return { owner: { kind: 'VERSION', id: (await foundVersion(call, name, version)).id }, path: readArtifactPath(path) };
  }),
  fileRoute(kernel, '/ajax-api/2.0/mlflow/logged-models/:model_id/artifacts/files', async (_call, query) => {
    const { model_id: id, artifact_file_path: path } = readArgs(ofLoggedModel, query);
    return { owner: { kind: 'LOGGED_MODEL', id }, path: readArtifactPath(path) };
  }),
  plainRoute('/health', 'OK'),
  plainRoute('/version', MLFLOW_VERSION),
];

const fileRoute = (
  kernel: Kernel,
  path: string,
  placeIn: (call: MlflowCall, query: object) => Promise<ArtifactPlace>,
): Route => ({
  ...MLFLOW_ROUTE,
  method: 'GET',
  path,
  bodyBytesMax: 1,
  handle: async (request) => {
    const call = callOf(kernel, request, path);
    return download(call, await placeIn(call, { ...Object.fromEntries(request.query), ...request.params }));
  },
});

const plainRoute = (path: string, raw: string): PublicRoute => ({
  isPublic: true,
  method: 'GET',
  path,
  bodyBytesMax: 1,
  handle: async () => ({ status: 200, type: 'text/plain', raw }),
});

/** The release of MLflow whose endpoints these are. */
const MLFLOW_VERSION = '3.11.2';
