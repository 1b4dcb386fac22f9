/**
 * When the sample began that is not complete yet, as SQL; null where none is being played. Its history lies in the past and is repeated
 * by later starts: what it needs for that is neither due nor old.
 */
export const PLAYED_SINCE = `(select to_timestamp(begun.value::float8 / 1000) from kernel.setting begun
  where begun.name = 'sample_begun' and not exists (select from kernel.setting where name = 'sample'))`;
