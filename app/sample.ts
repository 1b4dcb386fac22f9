import { setTimeout as sleep } from 'node:timers/promises';
import { sampleCuration } from '../connectors/sample/curation.ts';
import type { SampleAct } from '../connectors/sample/curationActs.ts';
import { SAMPLE_STAGES } from '../connectors/sample/stages.ts';
import type { RequestContext } from '../kernel/context.ts';
import type { Database } from '../kernel/db/database.ts';
import { Fault } from '../kernel/fault.ts';
import type { Kernel } from '../kernel/graph/subgraph.ts';
import { internalRequest } from '../kernel/identity/internal.ts';
import type { Principal } from '../kernel/identity/principal.ts';
import { atMs, type Instant } from '../kernel/time.ts';
import * as documents from './sampleDocuments.ts';
import { playGlossary } from './sampleGlossary.ts';
import { type AskAs, playModel } from './sampleModel.ts';
import type { OnProgress } from './progress.ts';
import { sampleUrn } from './sampleUrn.ts';

/** The whole graph, and the store of files beside it. */
export interface SampleGraph {
  /** Runs one operation as somebody. */
  execute(source: string, variables: Readonly<Record<string, unknown>>, context: RequestContext): Promise<Answer>;
  /** Keeps the bytes of a file, which is then known by its digest. */
  upload(bytes: Buffer, context: RequestContext): Promise<string>;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

const SOURCE = 'sample';
const POLL_MS = 100;
/** A crawl that failed is asked for again; earlier starts may have left failed ones behind, whose keys are taken. */
const ATTEMPTS_MAX = 30;
/** What fails once, on a machine that is busy with other things, is no reason to have no sample. */
const PLAYS_MAX = 3;
const PAUSE_MS = 1_000;

/**
 * Fills an empty catalog with the bundled sample warehouse and a year of its simulated history, through the same mutations
 * that everybody uses. Each has a fixed idempotency key, so that a start that was cut off is simply repeated.
 */
export async function ensureSample(
  { db, log }: Pick<Kernel, 'db' | 'log'>,
  graph: SampleGraph,
  onProgress: OnProgress,
  nowMs: number = Date.now(),
): Promise<void> {
  const done = await db.query(`select 1 from kernel.setting where name = 'sample'`);
  if (done.length > 0) return;
  const begunMs = await beginning(db, nowMs);
  for (let plays = 1; ; plays++) {
    try {
      await playAll(graph, onProgress, begunMs);
      break;
    } catch (error) {
      if (plays === PLAYS_MAX) throw error;
      log.warn({ err: error }, 'the sample warehouse is played again');
      await sleep(PAUSE_MS);
    }
  }
  await db.query(`insert into kernel.setting (name, value) values ('sample', 'complete') on conflict do nothing`);
}

/** When it was played first: what is repeated has to say the same. */
async function beginning(db: Database, nowMs: number): Promise<number> {
  await db.query(`insert into kernel.setting (name, value) values ('sample_begun', $1) on conflict do nothing`, [String(nowMs)]);
  const [row] = await db.query<{ value: string }>(`select value from kernel.setting where name = 'sample_begun'`);
  return Number(row?.value ?? nowMs);
}

async function playAll(graph: SampleGraph, onProgress: OnProgress, begunMs: number): Promise<void> {
  const sample = new Sample(graph, onProgress);
  for (const [stage, { monthsAgo }] of SAMPLE_STAGES.entries()) await sample.play(stage, monthsBefore(begunMs, monthsAgo));
}

/** Plays the stages of the sample, one after another. */
class Sample {
  readonly #graph: SampleGraph;
  readonly #onProgress: OnProgress;
  readonly #people = new Map<string, Principal>();
  readonly #teams = new Map<string, string>();

  constructor(graph: SampleGraph, onProgress: OnProgress) {
    this.#graph = graph;
    this.#onProgress = onProgress;
  }

  async play(stage: number, atMoment: number): Promise<void> {
    const clock = stepping(atMoment);
    await this.#arrive(stage, clock);
    await this.#crawl(stage, clock);
    for (const [i, act] of sampleCuration.acts.filter((each) => each.stage === stage).entries()) {
      await this.#do(act, `${SOURCE}/${stage}/${i}`, clock);
    }
    const cast = { ask: this.#askAs, clock, moment: atMs(atMoment), teams: this.#teams };
    await playModel({ ...cast, upload: this.#upload }, stage);
    await playGlossary(cast, stage);
  }

  /** People who are there from this stage on, and their teams. */
  async #arrive(stage: number, clock: () => Instant): Promise<void> {
    for (const person of sampleCuration.people.filter(({ from }) => from === stage)) {
      const input = { idempotencyKey: `${SOURCE}/user/${person.id}`, name: person.name, email: person.email, roles: ['steward'] };
      const { user } = await this.#ask<{ user: { id: string } }>(documents.createUser, { input }, internalAt(clock()));
      this.#people.set(person.id, steward(user.id, person.name));
    }
    if (stage === 0) await this.#begin(clock);
    for (const { id, teams } of sampleCuration.people.filter(({ from }) => from === stage)) {
      for (const team of teams) {
        const input = {
          idempotencyKey: `${SOURCE}/member/${team}/${id}`,
          teamId: this.#teams.get(team),
          memberIds: [this.#people.get(id)?.id],
        };
        await this.#ask(documents.addTeamMembers, { input }, internalAt(clock()));
      }
    }
  }

  /** Teams and tags. */
  async #begin(clock: () => Instant): Promise<void> {
    for (const team of sampleCuration.teams) {
      const input = { idempotencyKey: `${SOURCE}/team/${team.id}`, name: team.name };
      this.#teams.set(
        team.id,
        (await this.#ask<{ team: { id: string } }>(documents.createTeam, { input }, internalAt(clock()))).team.id,
      );
    }
    for (const tag of sampleCuration.tags) {
      const input = { idempotencyKey: `${SOURCE}/tag/${tag.id}`, name: tag.id, description: tag.description };
      await this.#ask(documents.createTag, { input }, internalAt(clock()));
    }
  }

  async #crawl(stage: number, clock: () => Instant): Promise<void> {
    const input = { idempotencyKey: `${SOURCE}/${stage}/source`, name: SOURCE, url: `sample:?stage=${stage}` };
    await this.#ask(stage === 0 ? documents.addSource : documents.updateSource, { input }, internalAt(clock()));
    let reason: string | null = null;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const start = { idempotencyKey: `${SOURCE}/${stage}/crawl/${attempt}`, source: SOURCE };
      const { crawl } = await this.#ask<{ crawl: { id: string } }>(documents.startCrawl, { input: start }, internalAt(clock()));
      const ended = await this.#untilEnded(stage, crawl.id);
      if (ended.state === 'SUCCEEDED') return;
      reason = ended.reason;
    }
    throw new Fault('INTERNAL', { public: `The crawl of the sample failed ${ATTEMPTS_MAX} times: ${reason ?? 'no reason'}` });
  }

  async #untilEnded(stage: number, crawlId: string): Promise<{ state: string; reason: string | null }> {
    for (;;) {
      const { state, reason, listed, expected } = await this.#progress(crawlId);
      this.#onProgress({ step: 'crawling', source: SAMPLE_STAGES[stage]?.title ?? SOURCE, listed, expected });
      if (state !== 'QUEUED' && state !== 'RUNNING') return { state, reason };
      await sleep(POLL_MS);
    }
  }

  async #progress(id: string): Promise<{ state: string; reason: string | null; listed: number; expected: number | null }> {
    const answer = await this.#ask<{
      state: string;
      reason: string | null;
      scopes: { edges: { node: { listed: number; expected: number | null } }[] };
    }>(documents.crawl, { id }, internalRequest('sample'));
    const scopes = answer.scopes.edges.map(({ node }) => node);
    const listed = scopes.reduce((sum, scope) => sum + scope.listed, 0);
    return { state: answer.state, reason: answer.reason, listed, expected: answer.state === 'SUCCEEDED' ? listed : null };
  }

  async #do(act: SampleAct, idempotencyKey: string, clock: () => Instant): Promise<void> {
    const context = this.#as(act.by, clock());
    const urn = sampleUrn(act.dataset, act.act === 'own' ? null : act.column);
    if (act.act === 'own') {
      const principalId = this.#teams.get(act.owner) ?? this.#people.get(act.owner)?.id;
      await this.#ask(
        documents.setOwners,
        { input: { idempotencyKey, urn, role: 'ACCOUNTABLE', owners: [{ principalId }] } },
        context,
      );
    } else if (act.act === 'describe') {
      await this.#ask(documents.setDescription, { input: { idempotencyKey, urn, text: act.text } }, context);
    } else {
      const change = act.act === 'tag' ? { add: [act.tag] } : { remove: [act.tag] };
      await this.#ask(documents.tagAssets, { input: { idempotencyKey, urns: [urn], ...change } }, context);
    }
  }

  readonly #askAs: AskAs = (by, at, source, input) => this.#ask(source, { input }, this.#as(by, at));
  readonly #upload = (by: string, at: Instant, bytes: Buffer): Promise<string> => this.#graph.upload(bytes, this.#as(by, at));

  #as(by: string, at: Instant): RequestContext {
    const principal = this.#people.get(by);
    return { ...internalAt(at), ...(principal === undefined ? {} : { principal }) };
  }

  /** Every document has one root field, called `answer`. */
  async #ask<T>(source: string, variables: Readonly<Record<string, unknown>>, context: RequestContext): Promise<T> {
    const { data, errors } = await this.#graph.execute(source, variables, context);
    const answer = (
      data as { readonly answer?: (T & { readonly __typename?: string; readonly message?: string }) | null } | null | undefined
    )?.answer;
    if (answer === undefined || answer === null || errors !== undefined || answer.__typename === 'Refused') {
      const why = errors?.map(({ message }) => message).join('; ') ?? answer?.message ?? 'no answer';
      throw new Fault('INTERNAL', { public: `The sample could not be played: ${why}` });
    }
    return answer;
  }
}

const internalAt = (simulatedAt: Instant): RequestContext => ({ ...internalRequest('sample'), simulatedAt });

const steward = (id: string, name: string): Principal => ({
  id,
  kind: 'user',
  name,
  roles: ['steward'],
  scopes: ['graph'],
  teams: [],
  onBehalfOf: null,
  authMethod: 'internal',
});

function monthsBefore(ms: number, months: number): number {
  const date = new Date(ms);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date.getTime();
}

/** Moments a minute apart, so that what people do follows the crawl they saw. The present is not run ahead of. */
function stepping(startMs: number): () => Instant {
  let ms = startMs - 3 * 3_600_000;
  return () => atMs((ms += 60_000));
}
