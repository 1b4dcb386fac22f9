/** The last day that is in the data at a stage, and the day on which the churn features look at it: ninety days before. */
const ENDS = ['2025-11-01', '2026-02-01', '2026-05-01', '2026-08-01', '2026-11-01'] as const;
const DAY_MS = 86_400_000;

export const endsOn = (stage: number): string => ENDS[stage] ?? ENDS[ENDS.length - 1] ?? '';
export const cutoffOn = (stage: number): string => new Date(Date.parse(endsOn(stage)) - 90 * DAY_MS).toISOString().slice(0, 10);

/**
 * The hidden truth that all rows follow, in temporary tables that vanish when the file is closed. Who leaves depends on
 * loyalty and on bad experiences, so that a churn model has something to find. MD5 and not `random()`: the same rows
 * on every machine and in every version of the engine; a later stage only adds rows to those of an earlier one.
 */
export const latent = (stage: number): string => `
create temp macro pick(salt, i, n) as (md5_number_lower(concat(salt, ':', i)) % n)::integer;

create temp table clock as select date '${endsOn(stage)}' as ends_on;

create temp table anybody as
with draws as (
  select i,
    pick('loyalty', i, 100) as loyalty,
    pick('luck', i, 100) as misfortune,
    pick('noise', i, 100) as noise,
    date '2024-03-01' + pick('signup', i, 790) as signed_up_on
  from range(1, 901) as ids(i)
)
select *, (100 - loyalty) * 6 + misfortune * 5 + noise * 2 > 690 as leaves,
  case when (100 - loyalty) * 6 + misfortune * 5 + noise * 2 > 690
    then signed_up_on + 30 + ((date '2026-08-20' - signed_up_on) * (35 + pick('stays', i, 65)) // 100)::integer
    else date '2026-11-01' end as active_until
from draws;

create temp table person as select anybody.* from anybody, clock where signed_up_on <= ends_on;

-- Orders are spread from signing up to the day on which the person goes quiet.
create temp table purchase as
with counted as (
  select *, 2 + loyalty // 12 + pick('orders', i, 4) as orders from anybody
), spread as (
  select i, k, misfortune, loyalty, greatest(1, (active_until - signed_up_on) // orders) as gap,
    signed_up_on + ((active_until - signed_up_on) * k // orders)::integer as due_on
  from counted, range(1, 15) as numbers(k)
  where k <= orders
), dated as (
  select i, k, misfortune, loyalty, due_on - (pick('jitter', i * 100 + k, 12) % gap)::integer as ordered_on from spread
), numbered as (
  select row_number() over (order by ordered_on, i, k) as order_id, * from dated
)
select numbered.* from numbered, clock where ordered_on <= ends_on;
`;
