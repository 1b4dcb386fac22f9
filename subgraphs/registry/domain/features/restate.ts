import type { FeatureBinding, FeatureBindingState, FeatureLink } from './binding.ts';

type Known = Pick<FeatureBinding, 'id' | 'feature' | 'columnId' | 'encoding' | 'state' | 'origin'>;

/** A link as it is to be. */
export type Wanted<L extends FeatureLink = FeatureLink> = L & {
  readonly state: FeatureBindingState;
  readonly origin: FeatureBinding['origin'];
};

/** Which rows end, and which begin: nothing is ever written over. */
export interface Restated<W> {
  readonly ended: readonly string[];
  readonly begun: readonly W[];
}

/** What is to be said anew so that each wanted link is as wanted. What is so already stays. */
export function restate<W extends Wanted>(known: readonly Known[], wanted: readonly W[]): Restated<W> {
  const now = new Map(known.map((binding) => [keyOf(binding), binding]));
  const changes = wanted.filter((link) => !isSame(now.get(keyOf(link)), link));
  return { ended: changes.flatMap((link) => now.get(keyOf(link))?.id ?? []), begun: changes };
}

/** Proposals for what nobody has decided: a feature that has a column needs none, and what was rejected is not proposed again. */
export function stillOpen<L extends FeatureLink>(known: readonly Known[], proposals: readonly L[]): readonly L[] {
  const settled = new Set(known.filter(({ state }) => state === 'CONFIRMED').map(({ feature }) => feature));
  const said = new Set(known.map(keyOf));
  return proposals.filter((link) => !settled.has(link.feature) && !said.has(keyOf(link)));
}

const isSame = (known: Known | undefined, wanted: Wanted): boolean =>
  known !== undefined && known.state === wanted.state && known.origin === wanted.origin && known.encoding === wanted.encoding;

const keyOf = ({ feature, columnId }: Pick<FeatureLink, 'feature' | 'columnId'>): string => JSON.stringify([feature, columnId]);
