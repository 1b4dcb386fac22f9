import type { Evidence } from '../model.ts';
import type { Facts, Gap } from './facts.ts';
import { type Figure, figuresOf } from './figures.ts';
import { customText, featureTable, type Item, measured, said } from './items.ts';
import { bullets, code, plain, quoted, tableOf } from './markdown.ts';

export interface ModelCard {
  readonly title: string;
  readonly description: string | null;
  readonly intendedUse: string | null;
  readonly limitations: string | null;
  readonly figures: readonly Figure[];
  readonly gaps: readonly Gap[];
  readonly markdown: string;
}

/** What a card should have. */
const WANTED: readonly Item[] = [
  said('Intended use', 'intended_purpose'),
  said('Limitations', 'limitations'),
  measured('Metrics', 'metrics'),
  measured('Fairness', 'fairness'),
  measured('Explanation', 'explanation'),
];

/** What is known of a version, for whoever wants to use it. */
export function modelCard(facts: Facts): ModelCard {
  const { model, version, evidence } = facts;
  const texts = [model.description, version.description].filter((text) => text.trim() !== '');
  const gaps = [
    ...(texts.length === 0 ? [{ missing: 'Description', help: `cadastre models describe ${model.name} <text>` }] : []),
    ...WANTED.filter((item) => item.find(facts) === null).map((item) => item.gap(facts)),
    ...(facts.datasets.length === 0
      ? [{ missing: 'Data', help: 'State datasets before sealing: createModelVersion(datasets).' }]
      : []),
    ...(version.signature === null
      ? [{ missing: 'Inputs and outputs', help: 'State the signature before sealing: createModelVersion(signature).' }]
      : []),
  ];
  const card = {
    title: `${model.name}, version ${version.number}`,
    description: texts.length === 0 ? null : texts.join('\n\n'),
    intendedUse: customOf(evidence, 'intended_purpose'),
    limitations: customOf(evidence, 'limitations'),
    figures: figuresOf(evidence),
    gaps,
  };
  return { ...card, markdown: markdownOf(facts, card) };
}

function customOf(evidence: readonly Evidence[], name: string): string | null {
  const found = evidence.find((one) => one.kind === 'custom' && one.name === name);
  return found === undefined ? null : customText(found);
}

function markdownOf({ version, owners, datasets, history }: Facts, card: Omit<ModelCard, 'markdown'>): string {
  const held = history.filter(({ versionId, boundTo }) => versionId === version.id && boundTo === null);
  const part = (title: string, text: string | null): readonly string[] => (text === null ? [] : [`## ${title}\n\n${text}`]);
  const figures = card.figures.filter(({ kind }) => kind !== 'custom');
  return `${[
    `# ${plain(card.title)}`,
    bullets([
      `state: ${version.state.toLowerCase()}${version.digest === null ? '' : `, ${code(version.digest)}`}`,
      ...(held.length === 0 ? [] : [`in ${held.map(({ stage }) => code(stage)).join(', ')}`]),
      ...(owners.length === 0 ? [] : [`owners: ${owners.map(code).join(', ')}`]),
    ]),
    ...part('Description', card.description === null ? null : quoted(card.description)),
    ...part('Intended use', card.intendedUse === null ? null : quoted(card.intendedUse)),
    ...part('Limitations', card.limitations === null ? null : quoted(card.limitations)),
    ...part(
      'Figures',
      figures.length === 0
        ? null
        : tableOf(
            ['kind', 'name', 'field', 'value'],
            figures.map(({ kind, name, field, value }) => [plain(kind), plain(name), code(field), plain(String(value))]),
          ),
    ),
    ...part(
      'Data',
      datasets.length === 0
        ? null
        : bullets(
            datasets.map(
              ({ role, urn, asOf }) =>
                `${plain(role.toLowerCase())}: ${code(urn)}${asOf === null ? '' : ` as of ${plain(asOf)}`}`,
            ),
          ),
    ),
    ...part('Inputs', version.signature === null ? null : featureTable(version.signature.inputs)),
    ...part('Outputs', version.signature === null ? null : featureTable(version.signature.outputs)),
    ...part(
      'Not known',
      card.gaps.length === 0 ? null : bullets(card.gaps.map(({ missing, help }) => `**${missing}**: ${code(help)}`)),
    ),
  ].join('\n\n')}\n`;
}
