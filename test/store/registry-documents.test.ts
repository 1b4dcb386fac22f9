import { beforeAll, expect, it } from 'vitest';
import { digestOf } from '../../kernel/canonical.ts';
import type { Database } from '../../kernel/db/database.ts';
import { type MadeVersion, testRegistry, type TestRegistry } from '../support/registry.ts';
import { describeOnOneEngine } from './engines.ts';
import { newcomer, type Payload } from './governing.ts';

const DOCUMENTS = `query($id: ID!) { modelVersion(id: $id) {
  technicalDocumentation { digest markdown sections { number title status text sources { type id digest } gaps { missing help } } }
  modelCard { title description intendedUse limitations figures { kind name field value } gaps { missing help } markdown } } }`;
const COMPARE = `query($left: ID!, $right: ID!) { compareModelVersions(left: $left, right: $right) { isSame summary
  params { name left right } evidence { kind name field left right difference } artifacts { path left { sizeBytes } right { sizeBytes } }
  signature { side name left { type } right { type } } bindings { name isStage isLeft } codeCommits { left right } } }`;

/** What only people can say, by the names of Annex IV's evidence. */
const SAID =
  `intended_purpose hardware instructions_for_use development_process human_oversight cybersecurity limitations foreseeable_risks
  metric_rationale risk_management standards declaration_of_conformity post_market_monitoring`.split(/\s+/);

describeOnOneEngine('documents about versions', (open) => {
  let db: Database;
  let registry: TestRegistry;
  beforeAll(async () => {
    db = await open();
    registry = await testRegistry(db);
    await registry.guard('production');
  });

  const documentsOf = async (id: string): Promise<Payload> => {
    const { data, errors } = await registry.ask(registry.steward, DOCUMENTS, { id });
    expect(errors).toEqual([]);
    return data.modelVersion;
  };
  /** Of a file that says nothing of itself. */
  const plainVersion = async (modelId: string, text: string, details: object = {}): Promise<MadeVersion> =>
    registry.makeVersion(modelId, text, {
      artifacts: [{ path: 'weights.dat', digest: await registry.upload(registry.steward, text) }],
      ...details,
    });
  const statuses = ({ sections }: Payload): Payload =>
    Object.fromEntries(sections.map(({ number, status }: Payload) => [number, status]));

  it('what nobody said is a gap with its name, in nine parts', async () => {
    const { model } = await registry.act(registry.steward, 'createModel', { name: 'barely known' });
    const { versionId } = await plainVersion(model.id, 'who knows');
    const { technicalDocumentation, modelCard } = await documentsOf(versionId);
    expect(statuses(technicalDocumentation)).toEqual({
      1: 'PARTIAL',
      2: 'MISSING',
      3: 'MISSING',
      4: 'MISSING',
      5: 'MISSING',
      6: 'PARTIAL',
      7: 'MISSING',
      8: 'MISSING',
      9: 'MISSING',
    });
    const gaps = technicalDocumentation.sections.flatMap((section: Payload) => section.gaps);
    expect(gaps.map(({ missing }: Payload) => missing)).toEqual(
      expect.arrayContaining(['Intended purpose', 'Training data', 'Accuracy for groups of persons']),
    );
    expect(gaps.every(({ help }: Payload) => help.length > 10)).toBe(true);
    expect(technicalDocumentation.markdown).toContain('## 8. EU declaration of conformity\n\nNothing of it is there.');
    expect(modelCard.gaps.map(({ missing }: Payload) => missing)).toEqual([
      'Description',
      'Intended use',
      'Limitations',
      'Metrics',
      'Fairness',
      'Explanation',
      'Data',
      'Inputs and outputs',
    ]);
    expect(technicalDocumentation.digest).toBe(digestOf(technicalDocumentation.sections));
  });

  it('what is known is told with its sources, and nothing is missing then', async () => {
    const { act, addMetrics, approve, makeVersion, promote, steward, kernel } = registry;
    const { model } = await act(steward, 'createModel', { name: 'well known', description: 'Scores churn.' });
    const graph = { ask: () => Promise.resolve({ d0: { id: 'ast_train' }, d1: null }) };
    Object.assign(kernel, { graph });
    const made = await makeVersion(model.id, 'bytes', {
      codeCommit: 'abc123',
      params: [{ name: 'depth', value: 3 }],
      signature: { inputs: [{ name: 'age', type: 'double' }], outputs: [{ name: 'p', type: 'double' }] },
      datasets: [
        { role: 'TRAINING', urn: 'urn:cadastre:dataset:postgres://db:5432,shop.public.orders', asOf: '2026-01-01T00:00:00Z' },
        { role: 'TEST', urn: 'urn:cadastre:dataset:postgres://db:5432,shop.public.holdout' },
      ],
    });
    const { versionId } = made;
    for (const kind of ['FAIRNESS', 'EXPLANATION', 'LABEL_QUALITY', 'LINEAGE'])
      await act(steward, 'addEvidence', { versionId, kind, tool: 'tool', value: { score: 1 } });
    for (const name of SAID)
      await act(steward, 'addEvidence', { versionId, kind: 'CUSTOM', name, tool: 'people', value: { text: `About ${name}.` } });
    await addMetrics(versionId);
    await approve(versionId, 'production');
    await promote(made, 'production');
    const { technicalDocumentation, modelCard } = await documentsOf(versionId);
    expect(technicalDocumentation.sections.flatMap((section: Payload) => section.gaps)).toEqual([]);
    expect(new Set(Object.values(statuses(technicalDocumentation)))).toEqual(new Set(['COMPLETE']));
    const types = technicalDocumentation.sections.flatMap((section: Payload) => section.sources.map(({ type }: Payload) => type));
    expect(new Set(types)).toEqual(new Set(['Model', 'ModelVersion', 'Evidence', 'StageBinding', 'ApprovalRequest', 'Dataset']));
    const data = technicalDocumentation.sections[1].sources.filter(({ type }: Payload) => type === 'Dataset');
    expect(data.map(({ id }: Payload) => id)).toEqual([
      'ast_train',
      'urn:cadastre:dataset:postgres://db:5432,shop.public.holdout',
    ]);
    expect(modelCard).toMatchObject({ gaps: [], description: 'Scores churn.', intendedUse: 'About intended_purpose.' });
    expect(modelCard.figures).toContainEqual({ kind: 'METRICS', name: '', field: 'auc', value: 0.9 });
    const stranger = await newcomer(registry.governing, 'service', ['bot']);
    const { data: bots } = await registry.ask(stranger, DOCUMENTS, { id: versionId });
    expect(bots.modelVersion.modelCard.title).toBe('well known, version 1');
  });

  it('texts of people are texts, whatever is in them', async () => {
    const { act, makeVersion, steward } = registry;
    const evil =
      'Nice. ![x](http://evil.example/?q=1) <script>alert(1)</script> [link](javascript:x) www.evil.example ignore\u{e0041}\u202e # head\n\n| a | b |';
    const { model } = await act(steward, 'createModel', { name: 'evil', description: evil });
    const { versionId } = await makeVersion(model.id);
    await act(steward, 'addEvidence', { versionId, kind: 'CUSTOM', name: 'limitations', tool: 'people', value: { text: evil } });
    const { technicalDocumentation, modelCard } = await documentsOf(versionId);
    for (const { markdown } of [technicalDocumentation, modelCard]) {
      expect(markdown).not.toMatch(/!\[|\]\(|(?<!\\)<script|https?:\/\/|www\.|[\u202e]|\u{e0041}/u);
      expect(markdown).toContain(String.raw`\!\[x\]\(http\:\/\/evil\.example\/\?q\=1\)`);
    }
  });

  it('two versions are compared in everything that they consist of', async () => {
    const { act, addMetrics, ask, promote, steward } = registry;
    const { model } = await act(steward, 'createModel', { name: 'compared' });
    const one = await plainVersion(model.id, 'aaa', {
      codeCommit: 'one',
      params: [
        { name: 'depth', value: 3 },
        { name: 'same', value: 1 },
      ],
    });
    const two = await plainVersion(model.id, 'bbbb', {
      codeCommit: 'two',
      params: [
        { name: 'depth', value: 4 },
        { name: 'same', value: 1 },
        { name: 'new', value: true },
      ],
      signature: { inputs: [{ name: 'age', type: 'double' }], outputs: [] },
    });
    await addMetrics(one.versionId, { auc: 0.75, rows: 10 });
    await addMetrics(two.versionId, { auc: 0.875, rows: 10 });
    await promote(one, 'beta');
    await act(steward, 'setAlias', { versionId: two.versionId, alias: 'next' });
    const { data } = await ask(steward, COMPARE, { left: one.versionId, right: two.versionId });
    expect(data.compareModelVersions).toEqual({
      isSame: false,
      params: [
        { name: 'depth', left: 3, right: 4 },
        { name: 'new', left: null, right: true },
      ],
      evidence: [{ kind: 'METRICS', name: '', field: 'auc', left: 0.75, right: 0.875, difference: 0.125 }],
      artifacts: [{ path: 'weights.dat', left: { sizeBytes: 3 }, right: { sizeBytes: 4 } }],
      signature: [{ side: 'inputs', name: 'age', left: null, right: { type: 'double' } }],
      bindings: [
        { name: 'beta', isStage: true, isLeft: true },
        { name: 'next', isStage: false, isLeft: false },
      ],
      codeCommits: { left: 'one', right: 'two' },
      summary: [
        'Their digests differ.',
        'commit: one -> two',
        'param depth: 3 -> 4',
        'param new: - -> true',
        'metrics auc: 0.75 -> 0.875 (+0.125)',
        'file weights.dat: 3 -> 4 bytes, other content',
        'inputs age: none -> double',
        'stage beta: only the left one',
        'alias next: only the right one',
      ],
    });
    expect((await ask(steward, COMPARE, { left: one.versionId, right: one.versionId })).errors).toMatchObject([
      { code: 'BAD_USER_INPUT' },
    ]);
    expect((await ask(steward, COMPARE, { left: one.versionId, right: 'mdv_none' })).data.compareModelVersions).toBeNull();
  });
});
