import type { ExternalData } from './externalData.ts';
import { readTensor } from './tensor.ts';
import { quoted, UnsafeModel } from './unsafeModel.ts';
import { type ModelValue, readValue } from './valueInfo.ts';
import type { Message } from './wire.ts';

/** What is gathered over all graphs of a model. */
export interface Findings {
  /** Operators by `<domain>.<name>`, and how often each is there. */
  readonly operators: Map<string, number>;
  readonly external: ExternalData[];
  nodes: number;
  initializers: number;
  initializerBytes: number;
}

export interface GraphFace {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
}

/** Names that are known where a node stands; a graph inside a node sees those around it. */
interface Scope {
  readonly names: Set<string>;
  readonly outer: Scope | null;
}

/** What a node may be, decided by the model as a whole. */
export type CheckOperator = (domain: string, operator: string) => void;

const DEPTH_MAX = 16;
const NODES_MAX = 1_000_000;
const VALUES_MAX = 10_000;
const INITIALIZERS_MAX = 200_000;

/** Reads a GraphProto with all graphs inside its nodes. @throws UnsafeModel */
export class GraphReader {
  readonly findings: Findings = { operators: new Map(), external: [], nodes: 0, initializers: 0, initializerBytes: 0 };
  readonly #check: CheckOperator;

  constructor(check: CheckOperator) {
    this.#check = check;
  }

  /** @param open makes the message anew: names that nodes use are found first, wherever they stand */
  graph(open: () => Message, outer: Scope | null = null, depth = 0): GraphFace {
    if (depth > DEPTH_MAX) throw new UnsafeModel('TOO_COMPLEX', `Graphs are nested deeper than ${DEPTH_MAX} levels.`);
    const scope: Scope = { names: new Set(), outer };
    const face = this.#face(open(), scope);
    this.#nodes(open(), 1, scope, depth);
    const missing = face.outputs.find(({ name }) => !isKnown(scope, name));
    if (missing !== undefined) throw new UnsafeModel('NOT_A_GRAPH', `No node makes the output ${quoted(missing.name)}.`);
    return face;
  }

  /** The body of a function: names of inputs are text there, and nodes stand in field 7. */
  body(open: () => Message): void {
    const scope: Scope = { names: new Set(), outer: null };
    for (const message = open(); message.next();) {
      if (message.field === 4) scope.names.add(message.text());
      // Values that its attributes have when nobody gives them.
      if (message.field === 11) this.#attribute(message.message(), scope, 0);
    }
    this.#nodes(open(), 7, scope, 0);
  }

  #face(message: Message, scope: Scope): GraphFace {
    const inputs: ModelValue[] = [];
    const outputs: ModelValue[] = [];
    const initialized = new Set<string>();
    while (message.next()) {
      if (message.field === 5) initialized.add(this.#tensor(message.message()));
      else if (message.field === 15) initialized.add(this.#sparseTensor(message.message()));
      else if (message.field === 11) inputs.push(readValue(message.message()));
      else if (message.field === 12) outputs.push(readValue(message.message()));
      if (inputs.length > VALUES_MAX || outputs.length > VALUES_MAX)
        throw new UnsafeModel('TOO_COMPLEX', `A graph has more than ${VALUES_MAX} inputs or outputs.`);
    }
    for (const { name } of inputs) define(scope, name);
    for (const name of initialized) scope.names.add(name);
    // An initializer that is an input, too, is a default that nobody has to give.
    return { inputs: inputs.filter(({ name }) => !initialized.has(name)), outputs };
  }

  #tensor(message: Message): string {
    const { name, sizeBytes, external } = readTensor(message);
    if (++this.findings.initializers > INITIALIZERS_MAX)
      throw new UnsafeModel('TOO_COMPLEX', `The model has more than ${INITIALIZERS_MAX} tensors.`);
    this.findings.initializerBytes += sizeBytes;
    if (external !== null) this.findings.external.push(external);
    return name;
  }

  /** Values and indices, of which the values have the name. */
  #sparseTensor(message: Message): string {
    let name = '';
    while (message.next()) {
      if (message.field === 1) name = this.#tensor(message.message());
      if (message.field === 2) this.#tensor(message.message());
    }
    return name;
  }

  /** Nodes stand in an order in which each uses only what is there already, so that no cycle can be written. */
  #nodes(message: Message, field: number, scope: Scope, depth: number): void {
    while (message.next()) {
      if (message.field === field) this.#node(message.message(), scope, depth);
    }
  }

  #node(message: Message, scope: Scope, depth: number): void {
    if (++this.findings.nodes > NODES_MAX) throw new UnsafeModel('TOO_COMPLEX', `The model has more than ${NODES_MAX} nodes.`);
    let [operator, domain] = ['', ''];
    const outputs: string[] = [];
    while (message.next()) {
      if (message.field === 1) requireKnown(scope, message.text());
      else if (message.field === 2) outputs.push(message.text());
      else if (message.field === 4) operator = message.text();
      else if (message.field === 5) this.#attribute(message.message(), scope, depth);
      else if (message.field === 7) domain = message.text();
    }
    this.#check(domain, operator);
    const key = `${domain === '' ? 'ai.onnx' : domain}.${operator}`;
    this.findings.operators.set(key, (this.findings.operators.get(key) ?? 0) + 1);
    for (const name of outputs) if (name !== '') define(scope, name);
  }

  /** Tensors and graphs in attributes are checked like all others; of numbers and texts nothing depends. */
  #attribute(message: Message, scope: Scope, depth: number): void {
    while (message.next()) {
      if (message.field === 5 || message.field === 10) this.#tensor(message.message());
      else if (message.field === 22 || message.field === 23) this.#sparseTensor(message.message());
      else if (message.field === 6 || message.field === 11) this.graph(() => message.message(), scope, depth + 1);
    }
  }
}

function isKnown(scope: Scope, name: string): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

function requireKnown(scope: Scope, name: string): void {
  // An optional input that is left out has an empty name.
  if (name === '' || isKnown(scope, name)) return;
  throw new UnsafeModel(
    'NOT_A_GRAPH',
    `A node uses ${quoted(name)} before anything makes it: the nodes form a cycle, are out of order, or lack one.`,
  );
}

function define(scope: Scope, name: string): void {
  if (scope.names.has(name)) throw new UnsafeModel('NOT_A_GRAPH', `${quoted(name)} is made twice.`);
  scope.names.add(name);
}
