import type { EvidenceKind } from '../../../kernel/approval/evidenceValue.ts';
import { canonicalJson } from '../../../kernel/canonical.ts';
import type { Artifact, DatasetRole, Feature, ModelVersion, ParamValue, VersionDataset } from './model.ts';
import type { Figure } from './documents/figures.ts';

/** A version with all that is compared of it. */
export interface Compared {
  readonly version: ModelVersion;
  readonly artifacts: readonly Artifact[];
  readonly datasets: readonly VersionDataset[];
  readonly figures: readonly Figure[];
  readonly stages: readonly string[];
  readonly aliases: readonly string[];
}

interface Sides<T> {
  readonly left: T | null;
  readonly right: T | null;
}

export interface EvidenceDifference extends Sides<ParamValue> {
  readonly kind: EvidenceKind;
  readonly name: string;
  readonly field: string;
  readonly difference: number | null;
}

export interface DatasetDifference extends Sides<VersionDataset> {
  readonly role: DatasetRole;
  readonly urn: string;
}

export interface Comparison {
  readonly left: ModelVersion;
  readonly right: ModelVersion;
  readonly isSame: boolean;
  readonly params: readonly ({ readonly name: string } & Sides<ParamValue>)[];
  readonly evidence: readonly EvidenceDifference[];
  readonly artifacts: readonly ({ readonly path: string } & Sides<Artifact>)[];
  readonly signature: readonly ({ readonly side: 'inputs' | 'outputs'; readonly name: string } & Sides<Feature>)[];
  readonly datasets: readonly DatasetDifference[];
  readonly bindings: readonly { readonly name: string; readonly isStage: boolean; readonly isLeft: boolean }[];
  readonly codeCommits: ({ readonly name: string } & Sides<string>) | null;
  readonly summary: readonly string[];
}

const DIFFERENCES_MAX = 1_000;

/** What two versions differ in. What both have alike is left out. */
export function compareVersions(left: Compared, right: Compared): Comparison {
  const [l, r] = [left.version, right.version];
  const parts = {
    params: differences(Object.entries(l.params), Object.entries(r.params), ([name]) => name).map(
      ({ key, left: a, right: b }) => ({
        name: key,
        left: a?.[1] ?? null,
        right: b?.[1] ?? null,
      }),
    ),
    evidence: figureDifferences(left.figures, right.figures),
    artifacts: differences(left.artifacts, right.artifacts, ({ path }) => path)
      .slice(0, DIFFERENCES_MAX)
      .map(({ key, ...sides }) => ({ path: key, ...sides })),
    signature: (['inputs', 'outputs'] as const)
      .flatMap((side) =>
        differences(l.signature?.[side] ?? [], r.signature?.[side] ?? [], ({ name }) => name).map(({ key, ...sides }) => ({
          side,
          name: key,
          ...sides,
        })),
      )
      .slice(0, DIFFERENCES_MAX),
    datasets: datasetDifferences(left.datasets, right.datasets),
    bindings: [...labelDifferences(left.stages, right.stages, true), ...labelDifferences(left.aliases, right.aliases, false)],
    codeCommits: l.codeCommit === r.codeCommit ? null : { name: 'codeCommit', left: l.codeCommit, right: r.codeCommit },
  };
  const isSame = l.digest !== null && l.digest === r.digest;
  return { left: l, right: r, isSame, ...parts, summary: summaryOf(isSame, parts) };
}

interface Difference<T> extends Sides<T> {
  readonly key: string;
}

/** What only one has, or both in different ways, by key. */
function differences<T>(left: readonly T[], right: readonly T[], keyOf: (item: T) => string): readonly Difference<T>[] {
  const [l, r] = [new Map(left.map((item) => [keyOf(item), item])), new Map(right.map((item) => [keyOf(item), item]))];
  return [...new Set([...l.keys(), ...r.keys()])]
    .toSorted()
    .map((key) => ({ key, left: l.get(key) ?? null, right: r.get(key) ?? null }))
    .filter(({ left: a, right: b }) => canonicalJson(a) !== canonicalJson(b));
}

function figureDifferences(left: readonly Figure[], right: readonly Figure[]): readonly EvidenceDifference[] {
  const keyOf = ({ kind, name, field }: Figure): string => `${kind}\0${name}\0${field}`;
  const values = (figures: readonly Figure[]) => figures.map(({ evidenceId: _, ...figure }) => figure);
  return differences(values(left), values(right), (figure) => keyOf({ ...figure, evidenceId: '' }))
    .slice(0, DIFFERENCES_MAX)
    .map(({ key, left: a, right: b }) => {
      const [kind = '', name = '', field = ''] = key.split('\0');
      const [from, to] = [a?.value ?? null, b?.value ?? null];
      const difference = typeof from === 'number' && typeof to === 'number' ? to - from : null;
      return { kind: kind as EvidenceKind, name, field, left: from, right: to, difference };
    });
}

/** The id by which the catalog knows a dataset is no part of what was said. */
function datasetDifferences(left: readonly VersionDataset[], right: readonly VersionDataset[]): readonly DatasetDifference[] {
  return differences(left, right, ({ role, urn }) => `${role} ${urn}`).flatMap(({ left: a, right: b }) => {
    const one = a ?? b;
    if (one === null || (a !== null && b !== null && a.asOf === b.asOf && a.digest === b.digest)) return [];
    return [{ role: one.role, urn: one.urn, left: a, right: b }];
  });
}

const labelDifferences = (left: readonly string[], right: readonly string[], isStage: boolean): Comparison['bindings'] =>
  differences(left, right, (name) => name).map(({ key, left: a }) => ({ name: key, isStage, isLeft: a !== null }));

type Parts = Omit<Comparison, 'left' | 'right' | 'isSame' | 'summary'>;

function summaryOf(isSame: boolean, parts: Parts): readonly string[] {
  const shown = (value: ParamValue | null): string => (value === null ? '-' : String(value));
  return [
    isSame ? 'Both have the same digest: they are the same bytes.' : 'Their digests differ.',
    ...(parts.codeCommits === null ? [] : [`commit: ${parts.codeCommits.left ?? '-'} -> ${parts.codeCommits.right ?? '-'}`]),
    ...parts.params.map(({ name, left, right }) => `param ${name}: ${shown(left)} -> ${shown(right)}`),
    ...parts.evidence.map(
      ({ kind, name, field, left, right, difference }) =>
        `${kind}${name === '' ? '' : `/${name}`} ${field}: ${shown(left)} -> ${shown(right)}${difference === null ? '' : ` (${difference > 0 ? '+' : ''}${Number(difference.toPrecision(6))})`}`,
    ),
    ...parts.artifacts.map(
      ({ path, left, right }) =>
        `file ${path}: ${left === null ? 'added' : right === null ? 'removed' : `${left.sizeBytes} -> ${right.sizeBytes} bytes, other content`}`,
    ),
    ...parts.signature.map(
      ({ side, name, left, right }) => `${side} ${name}: ${left?.type ?? 'none'} -> ${right?.type ?? 'none'}`,
    ),
    ...parts.datasets.map(
      ({ role, urn, left, right }) =>
        `${role.toLowerCase()} ${urn}: ${left === null ? 'added' : right === null ? 'removed' : 'of another moment or content'}`,
    ),
    ...parts.bindings.map(
      ({ name, isStage, isLeft }) => `${isStage ? 'stage' : 'alias'} ${name}: only the ${isLeft ? 'left' : 'right'} one`,
    ),
  ];
}
