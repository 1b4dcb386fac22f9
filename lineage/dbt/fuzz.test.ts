import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { dbtManifest } from '../../test/support/dbtManifest.ts';
import { ARTIFACT_PROBLEMS, ArtifactError } from './artifactError.ts';
import { columnLineage } from './columnClaims.ts';
import { dashboardsOf } from './dashboards.ts';
import { evidenceOf } from './evidence.ts';
import { metadataOf } from './metadata.ts';
import { metricsOf } from './metrics.ts';
import { readProject } from './readProject.ts';
import { signalsOf } from './signals.ts';

const MANIFEST = dbtManifest({
  nodes: {
    'model.shop.orders': {
      sql: 'select * from shop.raw.orders',
      columns: { id: 'integer' },
      dependsOn: ['source.shop.raw.orders'],
    },
    'test.shop.unique.1': {
      dependsOn: ['model.shop.orders'],
      more: { test_metadata: { name: 'unique', kwargs: { column_name: 'id' } } },
    },
  },
  sources: { 'source.shop.raw.orders': { schema: 'raw', more: { freshness: { warn_after: { count: 1, period: 'day' } } } } },
  more: {
    exposures: {
      'exposure.shop.board': { name: 'board', owner: { email: 'a@b.c' }, depends_on: { nodes: ['model.shop.orders'] } },
    },
    metrics: { 'metric.shop.m': { name: 'm', type_params: { measure: { name: 'x' } } } },
    semantic_models: { 'semantic_model.shop.s': { name: 's', measures: [{ name: 'x', expr: 'id' }] } },
    groups: { 'group.shop.g': { name: 'g', owner: {} } },
  },
});

/** Everything that is done with a project; only a malformed artifact may stop it. */
async function use(manifest: string): Promise<void> {
  try {
    const project = readProject({ manifest }, { namespace: () => 'x' });
    const columns = await columnLineage(project, { dialect: 'postgres', analyze: async () => [] });
    expect(evidenceOf(project, columns).length).toBeLessThanOrEqual(project.datasets.size);
    expect(signalsOf(project).signals.length).toBeLessThanOrEqual(project.assertions.size * 20 + project.datasets.size);
    expect(metricsOf(project).length + dashboardsOf(project).length).toBeLessThanOrEqual(project.consumers.size);
    expect(metadataOf(project).length).toBeLessThanOrEqual(project.datasets.size);
  } catch (error) {
    expect(error).toBeInstanceOf(ArtifactError);
    expect(Object.keys(ARTIFACT_PROBLEMS)).toContain(error instanceof ArtifactError ? error.code : '');
  }
}

test.prop([fc.nat({ max: MANIFEST.length - 1 })])(
  'a manifest that was cut off anywhere is an error with a code',
  async (length) => {
    expect(() => readProject({ manifest: MANIFEST.slice(0, length) }, { namespace: () => 'x' })).toThrow(ArtifactError);
  },
);

test.prop([fc.nat({ max: MANIFEST.length - 1 }), fc.string({ maxLength: 3 }), fc.nat({ max: 3 })], { numRuns: 500 })(
  'a manifest with any characters changed is read or refused',
  (at, inserted, removed) => use(MANIFEST.slice(0, at) + inserted + MANIFEST.slice(at + removed)),
);

test.prop([fc.nat(), fc.jsonValue()], { numRuns: 500 })(
  'a manifest with any value replaced is read or refused',
  (pick, value) => {
    const manifest: unknown = JSON.parse(MANIFEST);
    const places = placesIn(manifest);
    const place = places[pick % places.length];
    if (place !== undefined) Object.defineProperty(place.parent, place.key, { value, enumerable: true });
    return use(JSON.stringify(manifest));
  },
);

interface Place {
  readonly parent: object;
  readonly key: string;
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [{ parent: value, key }, ...placesIn(inner)]);
}
