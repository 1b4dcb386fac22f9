import { beforeAll, expect, test } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import { graph as onnxGraph, model, node, smallModel, tensor, value } from '../support/onnxFile.ts';
import { wholeGraph, type WholeGraph } from '../support/wholeGraph.ts';
import { describeOnOneEngine } from './engines.ts';

describeOnOneEngine('files of models', (open) => {
  let db: Database;
  let graph: WholeGraph;
  let modelId: string;
  beforeAll(async () => {
    db = await open();
    graph = await wholeGraph(db);
    modelId = (await graph.change('createModel', { name: 'files' }, '... on ModelCreated { model { id } }')).model.id;
  });

  interface Draft {
    readonly id: string;
    readonly artifacts: { readonly edges: readonly { readonly node: object }[] };
  }
  const draft = async (files: Readonly<Record<string, Buffer>>, details: object = {}): Promise<Draft> => {
    const artifacts = await Promise.all(
      Object.entries(files).map(async ([path, bytes]) => ({ path, digest: await graph.upload(bytes) })),
    );
    const fields =
      '... on ModelVersionCreated { modelVersion { id artifacts { edges { node { path mediaType isExecutable } } } } }';
    return (await graph.change('createModelVersion', { modelId, artifacts, ...details }, fields)).modelVersion;
  };
  const seal = (id: string): ReturnType<WholeGraph['change']> =>
    graph.change(
      'sealModelVersion',
      { id },
      '... on ModelVersionSealed { modelVersion { signature { inputs { name type shape } } } }',
    );
  const sealing = async (files: Readonly<Record<string, Buffer>>, details: object = {}): ReturnType<WholeGraph['change']> =>
    seal((await draft(files, details)).id);
  const outside = (location: string, length = '16'): Buffer =>
    model(
      onnxGraph({
        initializers: [
          tensor({
            dims: [4],
            external: [
              ['location', location],
              ['length', length],
            ],
          }),
        ],
        inputs: [value('x')],
      }),
    );

  const onnxEvil = model(onnxGraph({ nodes: [node('Evil', { domain: 'my.ops' })] }));

  test('content says what a file is, whatever its name', async () => {
    const files = {
      'a.txt': Buffer.from([0x80, 4, 0x95, 0]),
      'b.bin': smallModel(),
      'c.json': Buffer.from('{}'),
      'd.py': Buffer.from('print(1)'),
    };
    expect((await draft(files)).artifacts.edges.map((edge) => edge.node)).toEqual([
      { path: 'a.txt', mediaType: 'application/x-python-pickle', isExecutable: true },
      { path: 'b.bin', mediaType: 'application/onnx', isExecutable: false },
      { path: 'c.json', mediaType: 'application/json', isExecutable: false },
      { path: 'd.py', mediaType: 'text/x-python', isExecutable: true },
    ]);
  });

  test('the one model of a version says its signature when nobody gave one', async () => {
    expect(await sealing({ 'model.onnx': smallModel(), 'weights.pkl': Buffer.from('x') })).toMatchObject({
      modelVersion: { signature: { inputs: [{ name: 'features', type: 'tensor(float32)', shape: [-1, 2] }] } },
    });
    const given = { inputs: [{ name: 'mine', type: 'double' }], outputs: [] };
    expect(await sealing({ 'model.onnx': smallModel() }, { signature: given })).toMatchObject({
      modelVersion: { signature: { inputs: [{ name: 'mine' }] } },
    });
    expect(await sealing({ 'a.onnx': smallModel(), 'b.onnx': smallModel() })).toMatchObject({
      modelVersion: { signature: null },
    });
  });

  test.each([
    ['model.onnx', Buffer.from('no model at all'), 'MALFORMED'],
    ['model.onnx', smallModel().subarray(0, 60), 'TRUNCATED'],
    ['deep/model.bin', onnxEvil, 'UNKNOWN_DOMAIN'],
    ['model.onnx', outside('../../etc/passwd'), 'EXTERNAL_DATA'],
    ['model.onnx', outside('weights.bin'), 'EXTERNAL_DATA'],
    ['model.onnx', Buffer.concat([Buffer.from('%PDF-'), outside('../../etc/passwd')]), 'EXTERNAL_DATA'],
    ['report.pdf', Buffer.concat([Buffer.from('%PDF-'), onnxEvil]), 'UNKNOWN_DOMAIN'],
    ['model.ONNX', Buffer.concat([Buffer.from(`PAR1${'x'.repeat(49)}`), onnxEvil]), 'UNKNOWN_DOMAIN'],
  ])('a version with %s is not sealed when that is not safe to load (%#)', async (path, bytes, reason) => {
    const { id } = await draft({ [path]: bytes });
    expect(await seal(id)).toMatchObject({
      code: 'UNSAFE_MODEL',
      message: expect.stringContaining(`"${path}" is not taken (${reason}): `),
    });
    const { modelVersion } = await graph.ask(
      'query($id: ID!) { modelVersion(id: $id) { state signature { inputs { name } } } }',
      { id },
    );
    expect(modelVersion).toEqual({ state: 'DRAFT', signature: null });
  });

  test('external data is a file of the version beside the model, as long as it says', async () => {
    const files = (bytes: number): Record<string, Buffer> => ({
      'onnx/model.onnx': outside('w/weights.bin'),
      'onnx/w/weights.bin': Buffer.alloc(bytes),
    });
    expect(await sealing(files(16))).toMatchObject({ __typename: 'ModelVersionSealed' });
    expect(await sealing(files(15))).toMatchObject({ code: 'UNSAFE_MODEL' });
    expect(await sealing({ 'onnx/model.onnx': outside('w/weights.bin'), 'w/weights.bin': Buffer.alloc(16) })).toMatchObject({
      code: 'UNSAFE_MODEL',
    });
  });

  test('what comes in while a version is read is not sealed unread', async () => {
    const { id } = await draft({ 'model.onnx': smallModel() });
    const evil = await graph.upload(Buffer.from('no model'));
    const { blobs } = graph.kernel;
    const openBlob = blobs.open.bind(blobs);
    let isAdded = false;
    Object.assign(blobs, {
      open: async (digest: Parameters<typeof openBlob>[0]) => {
        // `addArtifact` reads, too.
        if (!isAdded) {
          isAdded = true;
          await graph.change('addArtifact', { versionId: id, path: 'late.onnx', digest: evil });
        }
        return openBlob(digest);
      },
    });
    try {
      expect(await seal(id)).toMatchObject({ code: 'CHANGED' });
    } finally {
      Object.assign(blobs, { open: openBlob });
    }
    expect(await seal(id)).toMatchObject({ code: 'UNSAFE_MODEL' });
  });
});
