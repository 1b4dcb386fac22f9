import { parentPort } from 'node:worker_threads';
import { dialectOf } from '../../dialect/dialectOf.ts';
import { parseStatement } from '../mainParser.ts';
import type { Answer, Question, Ready } from './message.ts';

/** The thread's own side: one statement after the other. */
parentPort?.on('message', ({ id, text, dialect }: Question) => {
  const answer: Answer = { id, parsed: parseStatement(text, dialectOf(dialect)) };
  parentPort?.postMessage(answer, []);
});

const ready: Ready = { ready: true };
parentPort?.postMessage(ready, []);
