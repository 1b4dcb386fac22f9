import type { EvidenceKind } from '../../../../kernel/approval/evidenceValue.ts';
import type { Evidence, Feature, VersionDataset } from '../model.ts';
import { evidenceSource, type Facts, type Gap, type Source, versionSource } from './facts.ts';
import { valueOf } from './figures.ts';
import { bullets, code, plain, quoted, tableOf } from './markdown.ts';

/** Something that a part of a document should say: found in the facts, or a gap. */
export interface Item {
  readonly title: string;
  readonly find: (facts: Facts) => Found | null;
  readonly gap: (facts: Facts) => Gap;
}

export interface Found {
  /** Markdown. */
  readonly text: string;
  readonly sources: readonly Source[];
}

const LISTED_MAX = 100;

const nameOf = ({ model, version }: Facts): string => `${model.name}:${version.number}`;

/** What only people can say comes as evidence of the kind custom, under a fixed name. */
export const said = (title: string, name: string): Item => ({
  title,
  find: ({ evidence }) => {
    const found = evidence.find((one) => one.kind === 'custom' && one.name === name);
    return found === undefined ? null : { text: quoted(customText(found)), sources: [evidenceSource(found)] };
  },
  gap: (facts) => ({
    missing: title,
    help: `cadastre models evidence ${nameOf(facts)} --kind custom --name ${name} --tool people --value '{"text": "…"}'`,
  }),
});

/** The field `text`, or all fields where there is none. */
export function customText(evidence: Evidence): string {
  const value = valueOf(evidence);
  return typeof value['text'] === 'string'
    ? value['text']
    : Object.entries(value)
        .map(([field, one]) => `${field}: ${one}`)
        .join('\n');
}

/** What was measured, under any name. */
export const measured = (title: string, kind: EvidenceKind): Item => ({
  title,
  find: ({ evidence }) => {
    const found = evidence.filter((one) => one.kind === kind);
    return found.length === 0 ? null : { text: found.map(evidenceText).join('\n\n'), sources: found.map(evidenceSource) };
  },
  gap: (facts) => ({
    missing: title,
    help: `cadastre models evidence ${nameOf(facts)} --kind ${kind} --tool <program> --value '{…}'`,
  }),
});

const evidenceText = (evidence: Evidence): string => {
  const { kind, name, tool, toolVersion, recordedAt } = evidence;
  const rows = Object.entries(valueOf(evidence)).map(([field, value]) => [code(field), plain(String(value))]);
  return `${plain(kind)}${name === '' ? '' : ` ${code(name)}`}, by ${plain(`${tool} ${toolVersion}`)}, recorded ${plain(recordedAt)}:\n\n${tableOf(['field', 'value'], rows)}`;
};

/** What the version itself says, when it does. */
export const ofVersion = (title: string, help: string, text: (facts: Facts) => string | null): Item => ({
  title,
  find: (facts) => {
    const found = text(facts);
    return found === null ? null : { text: found, sources: [versionSource(facts)] };
  },
  gap: (facts) => ({ missing: title, help: help.replaceAll('<version>', nameOf(facts)) }),
});

export const featureTable = (features: readonly Feature[]): string =>
  cut(features, (listed) =>
    tableOf(
      ['name', 'type', 'shape', 'required'],
      listed.map(({ name, type, shape, isRequired }) => [
        code(name),
        plain(type),
        shape === null ? '' : plain(shape.join(' x ')),
        isRequired ? 'yes' : 'no',
      ]),
    ),
  );

export const datasets = (title: string, roles: readonly VersionDataset['role'][]): Item => ({
  title,
  find: (facts) => {
    const found = facts.datasets.filter(({ role }) => roles.includes(role));
    if (found.length === 0) return null;
    return {
      text: bullets(
        found.map(
          ({ role, urn, asOf, digest }) =>
            `${plain(role.toLowerCase())}: ${code(urn)}${asOf === null ? ', of no stated moment' : ` as of ${plain(asOf)}`}${digest === null ? '' : `, ${code(digest)}`}`,
        ),
      ),
      sources: found.map(({ datasetId, urn, digest }) => ({ type: 'Dataset', id: datasetId ?? urn, digest })),
    };
  },
  gap: (facts) => ({
    missing: title,
    help: `State it before sealing: cadastre models add-version ${facts.model.name} <folder> --dataset ${roles[0]?.toLowerCase() ?? 'training'}=<urn>[@<moment>]`,
  }),
});

/** Long lists say how much they leave out. */
export function cut<T>(items: readonly T[], text: (listed: readonly T[]) => string): string {
  const rest = items.length - LISTED_MAX;
  return `${text(items.slice(0, LISTED_MAX))}${rest > 0 ? `\n\nand ${rest} more.` : ''}`;
}
