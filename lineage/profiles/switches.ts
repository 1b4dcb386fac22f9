/**
 * Where tools that speak of the same SQL differ. A profile sets each switch; nothing else tells profiles apart, so what
 * a profile does can be read here.
 */
export interface Switches {
  /** `count(*)`: an edge from all columns of what is counted, or none. */
  readonly rowCount: 'edge' | 'none';
  /** A star over a table whose columns are not known: an edge `t.* -> *`, or none. */
  readonly unexpandedStar: 'edge' | 'none';
  /** A column that several sources may own: an edge without an owner, or none. */
  readonly unknownOwner: 'edge' | 'none';
  /** Tables that later statements only hand on: all of them disappear, those of the session, or none. */
  readonly collapse: 'intermediate' | 'temporary' | 'none';
  /** Tables that are dropped, altered or emptied count as targets. */
  readonly touchedTargets: boolean;
  /** A table that is updated or merged from its own columns counts as a source too. */
  readonly selfReads: boolean;
  /** Fields of structs: with their path, or as the column that holds them. */
  readonly structPaths: 'path' | 'column';
  /** A column read through a star over a table whose columns are not known: by its name, or as the star. */
  readonly throughStar: 'column' | 'star';
  /** A column of USING or NATURAL: from the side that gives the value, or from both. */
  readonly mergedColumns: 'kept' | 'both';
  /** Values looked up by the name of a table in a function call, as by dictGet: an edge, or none. */
  readonly lookups: 'edge' | 'none';
  /** Two outputs of one query with the same name: both, or the first. */
  readonly duplicateOutputs: 'both' | 'first';
  /** Columns of a statement that writes several tables at once: to each table, or to none. */
  readonly manyTargets: 'named' | 'unnamed';
  /** Outputs without a name: `_col_2` by position, `_0` by order among those without a name. */
  readonly unnamed: 'position' | 'order';
  /** A renamed table: the same table under its last name, or one table read and another written. */
  readonly renames: 'same' | 'copied';
  /** A table that is dropped after it was made from nothing: no target any more, or still one. */
  readonly dropped: 'forgotten' | 'kept';
  /** Tables behind a CTE that nobody asks: sources too, or not. */
  readonly unusedCtes: 'read' | 'none';
  /** Where an external table lies: read, or not mentioned. */
  readonly locations: 'read' | 'none';
  /** Files, stages and directories: with the prefix `path:`, as they are, or not at all. */
  readonly paths: 'prefix' | 'plain' | 'none';
  /** `t_20230101` and `t_*` are shards of one table. */
  readonly shards: 'joined' | 'apart';
  /** Names as the database keeps them, as they are written, or in lower case. */
  readonly names: 'canonical' | 'written' | 'lower';
  /** The parts of conditions, windows and CASE that only decide: counted as sources of the column, or told apart. */
  readonly indirect: 'window-and-condition' | 'none';
  /** Edges of a statement without a target beside statements that have one. */
  readonly plainQueries: 'always' | 'alone';
  /** Aliases to the left in a select list: by the rules of the dialect, or only when asked for. */
  readonly lateralAliases: 'dialect' | 'asked';
}

export const PROFILE_NAMES = ['native', 'sqllineage', 'datahub', 'openlineage', 'sqlglot'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

const NATIVE: Switches = {
  rowCount: 'none',
  unexpandedStar: 'edge',
  unknownOwner: 'edge',
  collapse: 'temporary',
  touchedTargets: false,
  selfReads: false,
  structPaths: 'column',
  throughStar: 'column',
  mergedColumns: 'kept',
  lookups: 'edge',
  duplicateOutputs: 'both',
  manyTargets: 'named',
  unnamed: 'position',
  renames: 'same',
  dropped: 'kept',
  unusedCtes: 'none',
  locations: 'read',
  paths: 'prefix',
  shards: 'apart',
  names: 'canonical',
  indirect: 'window-and-condition',
  plainQueries: 'always',
  lateralAliases: 'dialect',
};

export const PROFILES: Readonly<Record<ProfileName, Switches>> = {
  native: NATIVE,
  sqllineage: {
    ...NATIVE,
    rowCount: 'edge',
    collapse: 'intermediate',
    dropped: 'forgotten',
    mergedColumns: 'both',
    unusedCtes: 'read',
    names: 'lower',
    plainQueries: 'alone',
    lateralAliases: 'asked',
  },
  datahub: {
    ...NATIVE,
    unexpandedStar: 'none',
    unknownOwner: 'none',
    touchedTargets: true,
    selfReads: true,
    structPaths: 'path',
    lookups: 'none',
    unusedCtes: 'read',
    duplicateOutputs: 'first',
    manyTargets: 'unnamed',
    paths: 'none',
    shards: 'joined',
    names: 'lower',
    plainQueries: 'alone',
  },
  openlineage: {
    ...NATIVE,
    unexpandedStar: 'none',
    unknownOwner: 'none',
    collapse: 'none',
    touchedTargets: true,
    unnamed: 'order',
    renames: 'copied',
    locations: 'none',
    paths: 'plain',
    names: 'written',
  },
  sqlglot: { ...NATIVE, throughStar: 'star', collapse: 'temporary', paths: 'plain' },
};
