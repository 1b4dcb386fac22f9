import type { CheckOperator } from './graph.ts';
import { quoted, UnsafeModel } from './unsafeModel.ts';
import type { Message } from './wire.ts';

/** Operators of these are part of the run-time; those of any other come from a library that would have to be loaded. */
const DOMAINS = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft']);
/** These run Python, or machine code of a device that is in the model or in a file beside it. */
const FORBIDDEN = new Set(['PythonOp', 'PythonOpGrad', 'EPContext', 'Snpe']);
const FUNCTIONS_MAX = 20_000;

/** Where functions stand in a ModelProto. */
export const FUNCTION = 25;

/** The functions that a model brings itself, as `<domain>.<name>`. Their bodies are checked like graphs. @throws UnsafeModel when they call each other in a ring */
export function readFunctions(message: Message): ReadonlySet<string> {
  const calls = new Map<string, Set<string>>();
  let count = 0;
  while (message.next()) {
    if (message.field !== FUNCTION) continue;
    const { name, called } = readFunction(message.message());
    // Several may have one name and differ in an overload: taken together.
    const known = calls.get(name) ?? new Set();
    for (const other of called) known.add(other);
    calls.set(name, known);
    if (++count > FUNCTIONS_MAX) throw new UnsafeModel('TOO_COMPLEX', `The model has more than ${FUNCTIONS_MAX} functions.`);
  }
  refuseRings(calls);
  return new Set(calls.keys());
}

/** What a node may be: an operator of the run-time, or a function of the model. */
export const checkOperator =
  (functions: ReadonlySet<string>): CheckOperator =>
  (domain, operator) => {
    if (operator === '') throw new UnsafeModel('MALFORMED', 'The file is no ONNX model: a node has no operator.');
    if (functions.has(`${domain}.${operator}`)) return;
    if (!DOMAINS.has(domain))
      throw new UnsafeModel(
        'UNKNOWN_DOMAIN',
        `The operator ${quoted(operator)} is of the domain ${quoted(domain)}, which would need a library of its own. Allowed are ai.onnx, ai.onnx.ml and com.microsoft.`,
      );
    if (FORBIDDEN.has(operator))
      throw new UnsafeModel('FORBIDDEN_OPERATOR', `The operator ${quoted(operator)} runs code that is not in the model.`);
  };

function readFunction(message: Message): { readonly name: string; readonly called: ReadonlySet<string> } {
  let [name, domain] = ['', ''];
  const called = new Set<string>();
  while (message.next()) {
    if (message.field === 1) name = message.text();
    else if (message.field === 10) domain = message.text();
    else if (message.field === 7) gatherCalls(message.message(), called, 0);
  }
  return { name: `${domain}.${name}`, called };
}

const DEPTH_MAX = 16;

/** A node, and nodes of graphs inside its attributes. */
function gatherCalls(node: Message, called: Set<string>, depth: number): void {
  if (depth > DEPTH_MAX) throw new UnsafeModel('TOO_COMPLEX', `Graphs are nested deeper than ${DEPTH_MAX} levels.`);
  let [operator, domain] = ['', ''];
  while (node.next()) {
    if (node.field === 4) operator = node.text();
    else if (node.field === 7) domain = node.text();
    else if (node.field === 5) gatherInner(node.message(), called, depth);
  }
  called.add(`${domain}.${operator}`);
}

function gatherInner(attribute: Message, called: Set<string>, depth: number): void {
  while (attribute.next()) {
    if (attribute.field !== 6 && attribute.field !== 11) continue;
    for (const graph = attribute.message(); graph.next();) if (graph.field === 1) gatherCalls(graph.message(), called, depth + 1);
  }
}

/** Functions are expanded where they are called: a ring of them would never end. */
function refuseRings(calls: ReadonlyMap<string, ReadonlySet<string>>): void {
  const callers = new Map<string, string[]>([...calls.keys()].map((name) => [name, []]));
  const left = new Map<string, number>();
  for (const [name, called] of calls) {
    const own = [...called].filter((other) => calls.has(other));
    left.set(name, own.length);
    for (const other of own) callers.get(other)?.push(name);
  }
  const ready = [...left].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    left.delete(name);
    for (const caller of callers.get(name) ?? []) {
      const count = (left.get(caller) ?? 0) - 1;
      left.set(caller, count);
      if (count === 0) ready.push(caller);
    }
  }
  const [ring] = left.keys();
  if (ring !== undefined)
    throw new UnsafeModel('NOT_A_GRAPH', `The function ${quoted(ring)} calls itself, directly or by others.`);
}
