import type { Worker } from 'node:worker_threads';
import { Fault } from '../../../kernel/fault.ts';
import type { DialectRules } from '../../dialect/rules.ts';
import { fingerprint, ParseCache } from '../cache.ts';
import { STATEMENT_CHARS_MAX, type Parsed, type SqlParser } from '../sqlParser.ts';
import type { Answer, Question, Ready } from './message.ts';
import { startThread } from './startThread.ts';

export interface ThreadOptions {
  readonly threads: number;
  /** Of one statement, from the moment that a thread takes it. */
  readonly statementMsMax: number;
  readonly cacheEntriesMax: number;
}

interface Task {
  readonly question: Question;
  readonly answer: (parsed: Parsed) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Its parsers are loaded. */
  ready: boolean;
  task: Task | null;
  timer: NodeJS.Timeout | null;
}

/** Loading the parsers takes a good part of a second, and more on a machine that is busy. */
const START_MS_MAX = 30_000;

/**
 * Parses in threads of its own, so that a statement that takes too long, or that breaks the parser, costs the thread and
 * nothing else.
 */
export class ThreadParser implements SqlParser {
  private readonly options: ThreadOptions;
  private readonly cache: ParseCache;
  private readonly waiting: Task[] = [];
  private readonly threads = new Set<Thread>();
  private closed = false;
  private lastId = 0;

  constructor(options: ThreadOptions) {
    this.options = options;
    this.cache = new ParseCache(options.cacheEntriesMax);
  }

  async parse(text: string, rules: DialectRules, signal?: AbortSignal): Promise<Parsed> {
    signal?.throwIfAborted();
    if (this.closed) throw new Fault('INTERNAL', { public: 'The parser is closed.' });
    // Not worth the way to another thread.
    if (text.length > STATEMENT_CHARS_MAX) return tooLarge(text);
    const key = fingerprint(rules.id, text);
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const parsed = await this.ask(text, rules.id);
    this.cache.set(key, parsed);
    return parsed;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const task of this.waiting.splice(0)) task.answer(stopped('The parser was closed.'));
    await Promise.all([...this.threads].map((thread) => this.end(thread, 'The parser was closed.')));
  }

  private ask(text: string, dialect: string): Promise<Parsed> {
    this.lastId += 1;
    const question = { id: this.lastId, text, dialect };
    return new Promise((resolve) => {
      this.waiting.push({ question, answer: resolve });
      this.assign();
    });
  }

  private assign(): void {
    while (this.waiting.length > 0 && !this.closed) {
      const free = [...this.threads].find(({ task }) => task === null) ?? this.grown();
      const task = free === null ? undefined : this.waiting.shift();
      if (free === null || task === undefined) return;
      free.task = task;
      // A process may end while threads are idle, and not while they work.
      free.worker.ref();
      if (free.ready) this.time(free);
      free.worker.postMessage(task.question, []);
    }
  }

  private grown(): Thread | null {
    if (this.threads.size >= this.options.threads) return null;
    const worker = startThread();
    const thread: Thread = { worker, ready: false, task: null, timer: null };
    this.threads.add(thread);
    this.time(thread);
    worker.on('message', (message: Answer | Ready) => {
      if ('ready' in message) this.started(thread);
      else this.answered(thread, message.parsed);
    });
    worker.on('error', (error) => void this.end(thread, error instanceof Error ? error.message : String(error)));
    return thread;
  }

  private started(thread: Thread): void {
    thread.ready = true;
    if (thread.timer !== null) clearTimeout(thread.timer);
    if (thread.task !== null) this.time(thread);
  }

  /** What it does now may take so long, and no longer. */
  private time(thread: Thread): void {
    const [ms, why] = thread.ready
      ? [this.options.statementMsMax, `The statement took more than ${this.options.statementMsMax} ms.`]
      : [START_MS_MAX, `The parser did not start within ${START_MS_MAX} ms.`];
    thread.timer = setTimeout(() => void this.end(thread, why), ms);
  }

  private answered(thread: Thread, parsed: Parsed): void {
    const { task } = thread;
    if (thread.timer !== null) clearTimeout(thread.timer);
    thread.task = null;
    thread.worker.unref();
    task?.answer(parsed);
    this.assign();
  }

  private async end(thread: Thread, why: string): Promise<void> {
    this.threads.delete(thread);
    if (thread.timer !== null) clearTimeout(thread.timer);
    thread.task?.answer(stopped(why));
    thread.task = null;
    await thread.worker.terminate();
    this.assign();
  }
}

const stopped = (message: string): Parsed => ({ ok: false, code: 'TOO_SLOW', message, at: null });

const tooLarge = (text: string): Parsed => ({
  ok: false,
  code: 'TOO_LARGE',
  message: `The statement has ${text.length} characters; at most ${STATEMENT_CHARS_MAX} are read.`,
  at: null,
});
