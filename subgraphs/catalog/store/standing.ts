/**
 * Of numbers of assets and columns those that may be assigned to: their own, and those of datasets that were merged into them.
 * @param nos placeholder of the numbers
 */
export const standing = (nos: string): string =>
  `select n as no, n as assigned from unnest(${nos}::bigint[]) n
   union all select m.merged_into, m.no from catalog.asset m where m.merged_into = any(${nos}::bigint[])`;
