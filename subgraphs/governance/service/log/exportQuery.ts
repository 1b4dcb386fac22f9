import { z } from 'zod';
import { badInput } from '../../../../kernel/fault.ts';
import { parseInstant, type Instant } from '../../../../kernel/time.ts';
import type { AuditFilter } from '../../domain/audit.ts';

type Filter = Omit<AuditFilter, 'asOf'>;

/** What an export is asked for, behind the question mark. */
export interface ExportQuery {
  /** Null for all entries. */
  readonly filter: Filter | null;
  /** Leaves from this one; the first unless given. */
  readonly fromIndex: number;
  /** Up to the first checkpoint that has this leaf's predecessor; the newest unless given. */
  readonly toIndex: number | null;
  readonly withDetails: boolean;
  /** Up to the newest checkpoint that a witness has cosigned. */
  readonly isWitnessed: boolean;
  /** Sizes of kept checkpoints that a filtered export is to be compared with. */
  readonly since: readonly number[];
}

const SINCE_MAX = 16;

const text = z.string().min(1).max(200).optional();
const index = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,15})$/, 'a whole number from 0')
  .transform(Number)
  .pipe(z.number().max(Number.MAX_SAFE_INTEGER));
const moment = z.string().transform(readMoment).optional();
const flag = z.stringbool().default(false);

const query = z.strictObject({
  actor: text,
  subject: text,
  action: text,
  outcome: z.enum(['success', 'refused', 'failed']).optional(),
  correlation: text,
  from: moment,
  to: moment,
  fromIndex: index.default(0),
  toIndex: index.optional(),
  details: flag,
  witnessed: flag,
  since: z.array(index.pipe(z.number().min(1))).max(SINCE_MAX),
});

/** What is wrong, with the name of the parameter. */
function wrong({ issues: [issue] }: z.ZodError): string {
  const known = Object.keys(query.shape).join(', ');
  if (issue?.code === 'unrecognized_keys')
    return `There is no parameter ${issue.keys
      .slice(0, 3)
      .map((key) => `"${key.slice(0, 60)}"`)
      .join(' and ')}. They are ${known}.`;
  return `${String(issue?.path[0] ?? 'query')}: ${issue?.message ?? 'cannot be read'}.`;
}

/** @throws Fault BAD_USER_INPUT that names the parameter */
export function readExportQuery(params: URLSearchParams): ExportQuery {
  const once = [...new Set(params.keys())].filter((name) => name !== 'since');
  const twice = once.find((name) => params.getAll(name).length > 1);
  if (twice !== undefined) throw badInput(`${twice}: give it once.`);
  const parsed = query.safeParse({
    ...Object.fromEntries(once.map((name) => [name, params.get(name)])),
    since: params.getAll('since'),
  });
  if (!parsed.success) throw badInput(wrong(parsed.error));
  const { actor, subject, correlation, action, outcome, from, to, fromIndex, toIndex, details, witnessed, since } = parsed.data;
  const filter: Filter = {
    actorId: actor ?? null,
    subjectId: subject ?? null,
    action: action ?? null,
    outcome: outcome ?? null,
    correlationId: correlation ?? null,
    from: from ?? null,
    to: to ?? null,
  };
  return {
    filter: Object.values(filter).every((part) => part === null) ? null : filter,
    fromIndex,
    toIndex: toIndex ?? null,
    withDetails: details,
    isWitnessed: witnessed,
    since: [...new Set(since)].toSorted((a, b) => a - b),
  };
}

/** For people: `actor usr_1, from 2026-01-01T00:00:00.000000Z`. */
export const filterText = (filter: Filter): string =>
  [
    ['actor', filter.actorId],
    ['subject', filter.subjectId],
    ['action', filter.action],
    ['outcome', filter.outcome],
    ['correlation', filter.correlationId],
    ['from', filter.from],
    ['to', filter.to],
  ]
    .flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]))
    .join(', ');

function readMoment(written: string, { addIssue }: z.RefinementCtx): Instant {
  try {
    return parseInstant(written);
  } catch {
    addIssue('write a moment like 2026-11-21T11:37:08Z');
    return z.NEVER;
  }
}
