import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import type { EvidenceValue } from './evidenceValue.ts';

/** A CEL expression over the values of evidence, ready to be held against them. */
export interface Threshold {
  readonly holds: (value: EvidenceValue, champion: EvidenceValue | null) => Verdict;
}

export type Verdict = { readonly state: 'PASS' } | { readonly state: 'FAIL'; readonly reason: string };

const TEXT_MAX = 2_000;
const LIMITS = { maxAstNodes: 200, maxDepth: 24, maxListElements: 50, maxMapEntries: 10, maxCallArguments: 4 };
/** Nothing that takes time without bounds (regular expressions) or that would turn a text into a number. */
const FUNCTIONS: ReadonlySet<string> = new Set(['has', 'size', 'contains', 'startsWith', 'endsWith', 'lowerAscii']);
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '-_']);

const environment = new Environment({ unlistedVariablesAreDyn: true, limits: LIMITS }).registerVariable('champion', 'dyn');

/** Compiles and type-checks. Says what is wrong with an expression that cannot be a threshold. */
export function compileThreshold(text: string): Threshold | { readonly problem: string } {
  if (text.trim() === '' || text.length > TEXT_MAX)
    return { problem: `Write 1 to ${TEXT_MAX} characters of CEL, e.g. auc >= 0.75.` };
  try {
    const program = environment.parse(text);
    const checked = program.check();
    if (!checked.valid) return { problem: firstLine(checked.error?.message ?? 'It does not type-check.') };
    if (checked.type !== 'bool')
      return { problem: `It is of the type ${checked.type}; a threshold is true or false, e.g. auc >= 0.75.` };
    const nodes = allNodes(program.ast);
    const problem = nodes.map(nodeProblem).find((one) => one !== null);
    if (problem !== undefined) return { problem };
    const variables = [...new Set(nodes.flatMap((node) => (node.op === 'id' && node.args !== 'champion' ? [node.args] : [])))];
    if (variables.length === 0) return { problem: 'It names no field of the evidence, so that it would say nothing of it.' };
    const sums = nodes.filter(({ op }) => ARITHMETIC.has(op)).map(partOf);
    const pairs = nodes.flatMap(({ op, args }) =>
      op === '==' || op === '!=' ? [[partOf(args[0]), partOf(args[1])] as const] : [],
    );
    return { holds: (value, champion) => evaluate({ program, sums, pairs, variables }, value, champion) };
  } catch (error) {
    if (error instanceof Error) return { problem: firstLine(error.message) };
    throw error;
  }
}

type Part = (context: Readonly<Record<string, unknown>>) => unknown;

interface Compiled {
  readonly program: Part;
  /** Every part that computes a number: what is not finite decides nothing. */
  readonly sums: readonly Part[];
  /** What is compared for being equal: things of two types always differ, which decides nothing either. */
  readonly pairs: readonly (readonly [Part, Part])[];
  readonly variables: readonly string[];
}

function evaluate({ program, sums, pairs, variables }: Compiled, value: EvidenceValue, champion: EvidenceValue | null): Verdict {
  const missing = variables.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return fail(`the evidence has no field ${missing}`);
  const theirs = Object.entries(champion ?? {}).map(([name, one]) => [`champion.${name}`, one] as const);
  const odd = [...variables.map((name) => [name, value[name]] as const), ...theirs].find(([, one]) => !isFinite(one));
  if (odd !== undefined) return fail(`${odd[0]} is ${odd[1]}, which is no number`);
  const context = { ...value, champion };
  try {
    if (sums.some((sum) => !isFinite(attempt(sum, context)))) return fail('a part of it computes no finite number');
    if (pairs.some(([left, right]) => !areComparable(attempt(left, context), attempt(right, context))))
      return fail('it compares values of two types');
    const result = program(context);
    if (result === true) return { state: 'PASS' };
    return result === false
      ? fail(`it is false with ${shownValues(value, champion, variables)}`)
      : fail('it is neither true nor false');
  } catch (error) {
    if (error instanceof Error) return fail(`it cannot be evaluated: ${trimmed(error.message)}`);
    throw error;
  }
}

/** A part that cannot be evaluated by itself may not be needed: the whole decides. */
function attempt(part: Part, context: Readonly<Record<string, unknown>>): unknown {
  try {
    return part(context);
  } catch {
    return null;
  }
}

const isFinite = (value: unknown): boolean => typeof value !== 'number' || Number.isFinite(value);

const areComparable = (left: unknown, right: unknown): boolean =>
  left === null || right === null || kindOf(left) === kindOf(right);

const kindOf = (value: unknown): string => (typeof value === 'bigint' ? 'number' : typeof value);

const fail = (reason: string): Verdict => ({ state: 'FAIL', reason });

function shownValues(value: EvidenceValue, champion: EvidenceValue | null, variables: readonly string[]): string {
  const own = variables.map((name) => `${name} = ${value[name]}`);
  const theirs = variables.flatMap((name) =>
    champion !== null && Object.hasOwn(champion, name) ? [`champion.${name} = ${champion[name]}`] : [],
  );
  return [...own, ...theirs].join(', ').slice(0, 500);
}

const trimmed = (text: string): string => (text.split('\n')[0] ?? text).replace(/\.$/, '');
const firstLine = (text: string): string => `${trimmed(text)}.`;

function nodeProblem(node: ASTNode): string | null {
  if (node.op === 'call' || node.op === 'rcall') {
    const [name] = node.args;
    return FUNCTIONS.has(name) ? null : `There is no function ${name} here. Take one of ${[...FUNCTIONS].join(', ')}.`;
  }
  const { args } = node;
  if (
    ARITHMETIC.has(node.op) &&
    Array.isArray(args) &&
    args.some((arg) => isNode(arg) && arg.op === 'value' && typeof arg.args === 'bigint')
  )
    return 'Numbers of evidence have a fraction: write 1.0 instead of 1 where it computes.';
  return null;
}

function allNodes(root: ASTNode): readonly ASTNode[] {
  const nodes = [root];
  // Grows while it is walked.
  for (const { args } of nodes) nodes.push(...below(args));
  return nodes;
}

const below = (args: unknown): readonly ASTNode[] => {
  if (isNode(args)) return [args];
  return Array.isArray(args) ? args.flatMap(below) : [];
};

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && 'op' in value && 'args' in value;

const partOf = (node: ASTNode): Part => environment.parse(sourceOf(node));

/** A part as an expression of its own. Literals stay as they were written: printed anew they would lose digits. */
function sourceOf(node: ASTNode): string {
  switch (node.op) {
    case 'value':
      return node.input.slice(node.start, node.end);
    case 'id':
      return node.args;
    case '.':
    case '.?':
      return `${sourceOf(node.args[0])}.${node.args[1]}`;
    case '[]':
    case '[?]':
      return `${sourceOf(node.args[0])}[${sourceOf(node.args[1])}]`;
    case 'call':
      return `${node.args[0]}(${node.args[1].map(sourceOf).join(', ')})`;
    case 'rcall':
      return `${sourceOf(node.args[1])}.${node.args[0]}(${node.args[2].map(sourceOf).join(', ')})`;
    case 'list':
      return `[${node.args.map(sourceOf).join(', ')}]`;
    case 'map':
      return `{${node.args.map(([key, value]) => `${sourceOf(key)}: ${sourceOf(value)}`).join(', ')}}`;
    case '?:':
      return `(${sourceOf(node.args[0])} ? ${sourceOf(node.args[1])} : ${sourceOf(node.args[2])})`;
    case '!_':
    case '-_':
      return `${node.op.charAt(0)}(${sourceOf(node.args)})`;
    default:
      return `(${sourceOf(node.args[0])} ${node.op} ${sourceOf(node.args[1])})`;
  }
}
