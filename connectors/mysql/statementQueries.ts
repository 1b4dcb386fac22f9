/** The SQL that reads the digests of statements. An engine keeps them only while its performance schema is on. */

export const STATEMENTS_ACTIVE = `
  select @@performance_schema as active, least(@@max_digest_length, @@performance_schema_max_digest_length) as bytesMax`;

const DIGESTS = 'performance_schema.events_statements_summary_by_digest';

/** Only these say something of lineage or usage; others, such as CREATE USER, never leave the server. */
const OF_USE = `(DIGEST_TEXT regexp '^[( ]*(insert|replace|update|delete) '
    or DIGEST_TEXT regexp '^[( ]*(select|with) .*from '
    or DIGEST_TEXT regexp '^create (or replace )?table .* select ')
    and DIGEST_TEXT not regexp '(information|performance)_schema'`;

/** Values: databases. */
const HERE = '(SCHEMA_NAME is null or SCHEMA_NAME in (?))';

/** Values: databases. */
export const STATEMENT_TOTALS = `
  select sum(case when DIGEST is null then COUNT_STAR else 0 end) as lumped,
         sum(case when ${HERE} and ${OF_USE} then 1 else 0 end) as told
  from ${DIGESTS}`;

/** Values: databases, how many. What may write comes before what can only read: it is run less often and says more. */
export const STATEMENTS = `
  select DIGEST as id, DIGEST_TEXT as text, SCHEMA_NAME as db, COUNT_STAR as calls, SUM_ROWS_AFFECTED as affectedRows,
         SUM_ROWS_SENT as sentRows, SUM_TIMER_WAIT / 1000000000 as totalMs,
         unix_timestamp(FIRST_SEEN) as firstSeen, unix_timestamp(LAST_SEEN) as lastSeen
  from ${DIGESTS}
  where ${HERE} and ${OF_USE}
  order by DIGEST_TEXT regexp '^[( ]*select ', COUNT_STAR desc, DIGEST limit ?`;
