import { type ChildProcess, fork } from 'node:child_process';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import {
  apolloGatewayTool,
  type Candidate,
  compiledInProcess,
  inProcess,
  ours,
  overHttp,
  routerRuntimeTool,
  supergraphFor,
  type Urls,
} from './engineCandidates.ts';
import { toolFolder } from './engineTools.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, requests: { type: 'string', default: '200' } },
});
const ROUNDS = Number(values.rounds);
const REQUESTS = Number(values.requests);
const BASELINE = '@apollo/gateway 2.14.4, HTTP';

/** CPU time of a request, in this process and in that of the subgraphs, in ms. */
interface Cost {
  readonly gateway: number;
  readonly subgraphs: number;
}

async function main(): Promise<void> {
  const child = fork(new URL('./engineServers.ts', import.meta.url));
  const { urls } = await message<{ urls: Urls }>(child);
  const candidates = await candidatesFor(urls);
  const bytes = await compareAnswers(candidates);
  for (const candidate of candidates) await requests(candidate, 300, 0);
  const rounds = new Map<string, Cost[]>(candidates.map(({ name }) => [name, []]));
  // Interleaved, so that a busy machine disturbs all of them alike.
  for (let round = 0; round < ROUNDS; round++) {
    for (const candidate of candidates) rounds.get(candidate.name)?.push(await measured(candidate, child, round));
  }
  report(rounds, bytes);
  child.kill();
  process.exit(0);
}

async function candidatesFor(urls: Urls): Promise<Candidate[]> {
  const supergraphSdl = supergraphFor(urls);
  const own = [
    ours('in process, compiled', supergraphSdl, compiledInProcess),
    ours('in process', supergraphSdl, inProcess),
    ours('HTTP', supergraphSdl, overHttp(urls)),
  ];
  const folder = toolFolder();
  if (folder === undefined) return own;
  return [...own, await routerRuntimeTool(folder, supergraphSdl, urls), await apolloGatewayTool(folder, supergraphSdl)];
}

/** A fast wrong answer is no answer: nothing is measured before all of them agree. */
async function compareAnswers(candidates: readonly Candidate[]): Promise<number> {
  const texts = await Promise.all(candidates.map(async ({ run }) => JSON.stringify(await run({ first: 20, skip: 3 }))));
  const answers: unknown[] = texts.map((text) => JSON.parse(text));
  for (const [i, answer] of answers.entries()) {
    if (!isDeepStrictEqual(answer, answers[0])) {
      throw new Error(
        `${candidates[i]?.name ?? ''} answers differently:\n${texts[i]?.slice(0, 500) ?? ''}\n${texts[0]?.slice(0, 500) ?? ''}`,
      );
    }
  }
  return texts[0]?.length ?? 0;
}

/** Four at a time, each with other variables: identical requests in flight would be merged by some engines. */
async function requests({ run }: Candidate, count: number, seed: number): Promise<void> {
  for (let i = 0; i < count; i += 4) {
    await Promise.all([0, 1, 2, 3].map((k) => run({ first: 20, skip: (seed * 37 + i + k) % 300 })));
  }
}

async function measured(candidate: Candidate, child: ChildProcess, round: number): Promise<Cost> {
  const childBefore = await cpuOf(child);
  const before = process.cpuUsage();
  await requests(candidate, REQUESTS, round);
  const { user, system } = process.cpuUsage(before);
  return { gateway: (user + system) / 1000 / REQUESTS, subgraphs: ((await cpuOf(child)) - childBefore) / REQUESTS };
}

async function cpuOf(child: ChildProcess): Promise<number> {
  const answer = message<{ cpuMs: number }>(child);
  child.send('cpu');
  return (await answer).cpuMs;
}

const message = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve) => child.once('message', (sent: T) => resolve(sent)));

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

function report(rounds: ReadonlyMap<string, readonly Cost[]>, bytes: number): void {
  const totalOf = ({ gateway, subgraphs }: Cost): number => gateway + subgraphs;
  const baseline = rounds.get(BASELINE) ?? [];
  console.log(`\nThree-subgraph page, ${bytes} bytes; CPU ms a request, median of ${ROUNDS} rounds of ${REQUESTS} (min-max)\n`);
  const rows = [...rounds].map(([name, costs]) => {
    const totals = costs.map(totalOf);
    // Ratios within a round, then their median: the machine's load changes from round to round.
    const ratios = costs.flatMap((cost, i) => (baseline[i] === undefined ? [] : [totalOf(baseline[i]) / totalOf(cost)]));
    return {
      engine: name,
      gateway: median(costs.map(({ gateway }) => gateway)).toFixed(2),
      subgraphs: median(costs.map(({ subgraphs }) => subgraphs)).toFixed(2),
      total: `${median(totals).toFixed(2)} (${Math.min(...totals).toFixed(2)}-${Math.max(...totals).toFixed(2)})`,
      'times cheaper than Apollo gateway': ratios.length === 0 ? 'not measured' : median(ratios).toFixed(1),
    };
  });
  console.table(rows);
}

await main();
