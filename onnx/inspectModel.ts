import type { ExternalData } from './externalData.ts';
import { type GraphFace, GraphReader } from './graph.ts';
import { checkOperator, FUNCTION, readFunctions } from './operators.ts';
import { UnsafeModel } from './unsafeModel.ts';
import type { ModelValue } from './valueInfo.ts';
import { type Budget, Message } from './wire.ts';

/** What an ONNX file says of itself. */
export interface InspectedModel {
  readonly irVersion: number;
  /** Who wrote it, e.g. `pytorch 2.4`; empty when it does not say. */
  readonly producer: string;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  /** How often each operator is there, by domain and name, e.g. `ai.onnx.ml.TreeEnsembleRegressor`. */
  readonly operators: ReadonlyMap<string, number>;
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly nodes: number;
  readonly initializers: number;
  /** Of all tensors in the file. */
  readonly initializerBytes: number;
  /** What must lie beside it; see `requireExternalData`. */
  readonly externalData: readonly ExternalData[];
}

/** Larger models keep their weights in external data. */
export const MODEL_BYTES_MAX = 256 * 1024 * 1024;
const FIELDS_MAX = 20_000_000;

const GRAPH = 7;

/**
 * Reads an ONNX model without loading it: what goes in and out, which operators it has, and whether loading it is safe.
 * @throws UnsafeModel whatever the bytes are
 */
export function inspectModel(bytes: Uint8Array): InspectedModel {
  if (bytes.length > MODEL_BYTES_MAX)
    throw new UnsafeModel(
      'TOO_LARGE',
      `The model file has more than ${MODEL_BYTES_MAX} bytes. Keep its weights as external data.`,
    );
  const budget: Budget = { fields: FIELDS_MAX };
  const open = (): Message => new Message(bytes, budget);
  const head = readHead(open());
  const functions = readFunctions(open());
  const reader = new GraphReader(checkOperator(functions));
  let face: GraphFace | null = null;
  for (const message = open(); message.next();) {
    if (message.field === FUNCTION) reader.body(() => message.message());
    if (message.field !== GRAPH) continue;
    // Protobuf would join two of them into another graph than either.
    if (face !== null) throw new UnsafeModel('MALFORMED', 'The file is no ONNX model: it has two graphs.');
    face = reader.graph(() => message.message());
  }
  if (face === null) throw new UnsafeModel('MALFORMED', 'The file is no ONNX model: it has no graph.');
  const { operators, external, nodes, initializers, initializerBytes } = reader.findings;
  return { ...head, ...face, operators, nodes, initializers, initializerBytes, externalData: external };
}

const OPSETS_MAX = 1_000;

function readHead(message: Message): Pick<InspectedModel, 'irVersion' | 'producer' | 'opsets'> {
  let irVersion = 0;
  const producer = ['', ''];
  const opsets: { domain: string; version: number }[] = [];
  while (message.next()) {
    if (message.field === 1) irVersion = Number(message.int64());
    if (message.field === 2) producer[0] = message.text();
    if (message.field === 3) producer[1] = message.text();
    if (message.field === 8) opsets.push(readOpset(message.message()));
    if (opsets.length > OPSETS_MAX)
      throw new UnsafeModel('TOO_COMPLEX', `The model has more than ${OPSETS_MAX} sets of operators.`);
  }
  if (irVersion < 1 || irVersion > 1_000)
    throw new UnsafeModel('MALFORMED', 'The file is no ONNX model: it has no version of the format.');
  return { irVersion, producer: producer.filter((part) => part !== '').join(' '), opsets };
}

function readOpset(message: Message): { domain: string; version: number } {
  const opset = { domain: 'ai.onnx', version: 0 };
  while (message.next()) {
    if (message.field === 1 && message.size > 0) opset.domain = message.text();
    if (message.field === 2) opset.version = Number(message.int64());
  }
  return opset;
}
