import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { PublicRoute, Route } from '../../../../kernel/http/route.ts';
import { errorOf } from '../../domain/mlflow/errorOf.ts';
import { mlflowFault } from '../../domain/mlflow/mlflowFault.ts';
import { artifactEndpoints, otherRoutes } from './artifactEndpoints.ts';
import { artifactRoutes } from './artifactRoutes.ts';
import { experimentEndpoints } from './experiments.ts';
import { loggedModelEndpoints } from './loggedModels.ts';
import { loggingEndpoints } from './logging.ts';
import { modelEndpoints } from './models.ts';
import { runEndpoints } from './runs.ts';
import { versionEndpoints } from './versions.ts';

const ENDPOINTS = [
  ...experimentEndpoints,
  ...runEndpoints,
  ...loggingEndpoints,
  ...loggedModelEndpoints,
  ...artifactEndpoints,
  ...modelEndpoints,
  ...versionEndpoints,
];

/** The face of the registry for clients of MLflow 3: experiments, runs, logged models, registered models and artifacts. */
export const mlflowRoutes = (kernel: Kernel): readonly (Route | PublicRoute)[] => [
  ...ENDPOINTS.flatMap((endpoint) => endpoint(kernel)),
  ...artifactRoutes(kernel),
  ...otherRoutes(kernel),
  ...unknownEndpoints(),
];

const REST_BYTES_MAX = 1024 * 1024;

/** What MLflow has and this server has not, such as traces: clients try some of it and go on when they are told so. */
const unknownEndpoints = (): readonly PublicRoute[] =>
  ['/api', '/ajax-api'].flatMap((base) =>
    ['2.0', '3.0'].flatMap((version) =>
      (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) => ({
        isPublic: true as const,
        method,
        path: `${base}/${version}/mlflow/*`,
        bodyBytesMax: REST_BYTES_MAX,
        faultReply: errorOf,
        handle: async ({ params }) => {
          throw mlflowFault(
            'ENDPOINT_NOT_FOUND',
            `There is no endpoint ${method} ${base}/${version}/mlflow/${(params['*'] ?? '').slice(0, 100)}.`,
          );
        },
      })),
    ),
  );
