import { CACHE_ENTRIES_MAX, checkSize, rulesOf } from './analyzer.ts';
import { lineageOfSteps } from './lineageOfSteps.ts';
import type { LineageResult } from './model/model.ts';
import { DirectParser } from './parser/directParser.ts';
import type { LineageRequest } from './request.ts';

/** In this thread and at once: for tests, for scripts, for whoever has a thread of his own. */
export function analyzeNow(request: LineageRequest): LineageResult {
  checkSize(request);
  const rules = rulesOf(request);
  const parser = new DirectParser(CACHE_ENTRIES_MAX);
  return lineageOfSteps(request, rules, (text) => parser.parseNow(text, rules));
}
