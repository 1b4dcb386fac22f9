/** More than this share of a scope must not vanish at once without a person's word. */
export const VANISH_SHARE_MAX = 0.3;

/** How long a missing asset is kept before it counts as removed, milliseconds: seven days. */
export const GRACE_MS = 7 * 86_400_000;

/**
 * May this many of a scope be called missing now? A partial read that looks complete is the usual cause of too many.
 * @param released how many a person was told of and accepted; more than those is a new question
 */
export function mayVanish(knownCount: number, vanishedCount: number, released: number): boolean {
  return vanishedCount <= Math.max(knownCount * VANISH_SHARE_MAX, released);
}

/** Why a scope is held, for the person who must decide. */
export const heldReason = (scope: readonly string[], knownCount: number, vanishedCount: number): string =>
  `${vanishedCount} of ${knownCount} assets vanished from ${scope.length === 0 ? 'the source' : scope.join('.')} at once, which is more than ` +
  `${VANISH_SHARE_MAX * 100} %. Nothing was marked missing. If they are really gone, accept it: cadastre crawls release <id> --accept, or the mutation releaseCrawl.`;
