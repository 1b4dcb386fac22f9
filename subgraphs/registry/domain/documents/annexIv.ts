import { modelSource } from './facts.ts';
import { cut, datasets, featureTable, type Item, measured, ofVersion, said } from './items.ts';
import { bullets, code, plain, quoted, tableOf } from './markdown.ts';

/** A part of the technical documentation and what is looked for in it. */
export interface Part {
  readonly number: number;
  readonly title: string;
  readonly items: readonly Item[];
}

const description: Item = {
  title: 'Description of the system',
  find: ({ model, version, ...facts }) => {
    const texts = [model.description, version.description].filter((text) => text.trim() !== '');
    return texts.length === 0
      ? null
      : { text: texts.map(quoted).join('\n\n'), sources: [modelSource({ model, version, ...facts })] };
  },
  gap: ({ model }) => ({ missing: 'Description of the system', help: `cadastre models describe ${model.name} <text>` }),
};

const provider: Item = {
  title: 'Who answers for it',
  find: (facts) => (facts.owners.length === 0 ? null : { text: bullets(facts.owners.map(code)), sources: [modelSource(facts)] }),
  gap: ({ model }) => ({ missing: 'Who answers for it', help: `Give the model ${model.name} owners: updateModel(owners).` }),
};

const identity = ofVersion('Version and identity', 'cadastre models seal <version>', ({ model, version }) =>
  version.digest === null
    ? null
    : bullets([
        `model ${code(model.name)}, version ${version.number}`,
        `digest ${code(version.digest)}, sealed ${plain(version.sealedAt ?? '')}`,
        ...(version.state === 'DAMAGED' ? ['its stored bytes are damaged'] : []),
      ]),
);

const files = ofVersion('Files', 'cadastre models add-version <version> <folder>', ({ artifacts }) =>
  artifacts.length === 0
    ? null
    : cut(artifacts, (listed) =>
        tableOf(
          ['path', 'bytes', 'type', 'sha256', 'may run code'],
          listed.map(({ path, sizeBytes, mediaType, digest, isExecutable }) => [
            code(path),
            String(sizeBytes),
            plain(mediaType),
            code(digest.slice(7)),
            isExecutable ? 'yes' : 'no',
          ]),
        ),
      ),
);

const sealing = 'State it before sealing: cadastre models add-version <model> <folder>';

const commit = ofVersion('Code that trained it', `${sealing} --commit <commit>`, ({ version }) =>
  version.codeCommit === null
    ? null
    : `Commit ${code(version.codeCommit)}${version.source === '' ? '' : ` of ${code(version.source)}`}`,
);

const params = ofVersion('Parameters of training', `${sealing} --param <name>=<value>`, ({ version }) => {
  const entries = Object.entries(version.params);
  return entries.length === 0
    ? null
    : cut(entries, (listed) =>
        tableOf(
          ['parameter', 'value'],
          listed.map(([name, value]) => [code(name), plain(String(value))]),
        ),
      );
});

const inputs = ofVersion('Specification of inputs', `${sealing} --signature <file>`, ({ version }) =>
  version.signature === null ? null : featureTable(version.signature.inputs),
);

const outputs = ofVersion('Specification of outputs', `${sealing} --signature <file>`, ({ version }) =>
  version.signature === null ? null : featureTable(version.signature.outputs),
);

const approvals: Item = {
  title: 'Approval by people',
  find: ({ approvals: all }) => {
    const decided = (all ?? []).filter(({ decisions }) => decisions.length > 0);
    if (decided.length === 0) return null;
    return {
      text: bullets(
        decided.map(
          ({ id, stage, state, policyName, policyVersion, decisions }) =>
            `${code(id)} for ${code(stage)} under the policy ${code(policyName)} version ${policyVersion}: ${plain(state.toLowerCase())}; ${decisions
              .map(({ reviewerId, verdict }) => `${code(reviewerId)} ${plain(verdict.toLowerCase())}`)
              .join(', ')}`,
        ),
      ),
      sources: decided.map(({ id, contentDigest }) => ({ type: 'ApprovalRequest', id, digest: contentDigest })),
    };
  },
  gap: ({ approvals: all, version }) => ({
    missing: 'Approval by people',
    help:
      all === null
        ? 'You may not read approvals: ask somebody with approval.read.'
        : `cadastre approvals request ${version.id} --stage production`,
  }),
};

const changes: Item = {
  title: 'Changes since the version before',
  find: (facts) => {
    const { version, changes: since } = facts;
    if (version.digest === null) return null;
    const text =
      since === null
        ? 'It is the first sealed version of the model.'
        : `Since version ${since.sinceNumber}:\n\n${cut(since.summary, (listed) => bullets(listed.map(plain)))}`;
    return { text, sources: [{ type: 'ModelVersion', id: version.id, digest: version.digest }] };
  },
  gap: ({ model, version }) => ({
    missing: 'Changes since the version before',
    help: `cadastre models seal ${model.name}:${version.number}`,
  }),
};

const lifecycle: Item = {
  title: 'Where it was and is in use',
  find: ({ history, numbers }) =>
    history.length === 0
      ? null
      : {
          text: cut(history, (listed) =>
            tableOf(
              ['stage', 'version', 'how', 'from', 'to'],
              listed.map(({ stage, versionId, kind, boundFrom, boundTo }) => [
                code(stage),
                String(numbers.get(versionId) ?? '?'),
                plain(kind.toLowerCase().replace('_', ' ')),
                plain(boundFrom),
                boundTo === null ? 'now' : plain(boundTo),
              ]),
            ),
          ),
          sources: history.slice(0, 100).map(({ id, digest }) => ({ type: 'StageBinding', id, digest })),
        },
  gap: ({ model, version }) => ({
    missing: 'Where it was and is in use',
    help: `No version of ${model.name} has been in a stage: cadastre models promote ${model.name}:${version.number} <stage>`,
  }),
};

/** The nine parts of Annex IV of Regulation (EU) 2024/1689 and what of each can be looked for. */
export const ANNEX_IV: readonly Part[] = [
  {
    number: 1,
    title: 'General description of the AI system',
    items: [
      said('Intended purpose', 'intended_purpose'),
      description,
      provider,
      identity,
      files,
      said('Hardware that it runs on', 'hardware'),
      said('Instructions for use', 'instructions_for_use'),
    ],
  },
  {
    number: 2,
    title: 'Elements of the AI system and the process of its development',
    items: [
      said('Methods and steps of development', 'development_process'),
      commit,
      params,
      inputs,
      outputs,
      datasets('Training data', ['TRAINING']),
      datasets('Validation and test data', ['VALIDATION', 'TEST']),
      measured('Quality of labels', 'label_quality'),
      measured('Completeness of lineage', 'lineage'),
      measured('Results of validation and testing', 'metrics'),
      said('Measures of human oversight', 'human_oversight'),
      said('Measures of cybersecurity', 'cybersecurity'),
    ],
  },
  {
    number: 3,
    title: 'Monitoring, functioning and control',
    items: [
      said('Capabilities and limitations', 'limitations'),
      measured('Accuracy for groups of persons', 'fairness'),
      measured('Explanation of its outputs', 'explanation'),
      said('Foreseeable unintended outcomes and risks', 'foreseeable_risks'),
      inputs,
      approvals,
    ],
  },
  {
    number: 4,
    title: 'Appropriateness of the performance metrics',
    items: [measured('Metrics', 'metrics'), said('Why these metrics are appropriate', 'metric_rationale')],
  },
  { number: 5, title: 'Risk management system', items: [said('Risk management system (Article 9)', 'risk_management')] },
  { number: 6, title: 'Changes through the lifecycle', items: [changes, lifecycle] },
  { number: 7, title: 'Harmonised standards applied', items: [said('Standards, or the solutions adopted instead', 'standards')] },
  {
    number: 8,
    title: 'EU declaration of conformity',
    items: [said('Copy of the declaration (Article 47)', 'declaration_of_conformity')],
  },
  {
    number: 9,
    title: 'Post-market monitoring',
    items: [said('System and plan of post-market monitoring (Article 72)', 'post_market_monitoring')],
  },
];
