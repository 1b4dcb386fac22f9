import { looksLikeModel } from './looksLikeModel.ts';
import { isPickle } from './pickle.ts';

/** What an artifact is, by its name and how it begins. */
export interface InspectedArtifact {
  readonly mediaType: string;
  /** Loading or opening it may run code. It is kept as opaque bytes and never loaded, nor is an archive ever unpacked. */
  readonly isExecutable: boolean;
  /** `inspectModel` reads it; one that it refuses is not taken. */
  readonly isModel: boolean;
}

/** Of ONNX models, whoever says otherwise. */
export const MODEL_TYPE = 'application/onnx';

/** How many bytes from the beginning are looked at. */
export const HEAD_BYTES = 65_536;

/**
 * Content wins over the name: a pickle stays one whatever it is called. In doubt it is executable. What loads as an ONNX model is read as one,
 * also when it begins like data that cannot run: a run-time looks at neither the beginning nor, mostly, the name.
 * @param path a label, of which only the end counts
 * @param head the first `HEAD_BYTES` bytes, or all of them if there are fewer
 */
export function inspectArtifact(path: string, head: Uint8Array): InspectedArtifact {
  const ending = endingOf(path);
  if (isPickle(head)) return code('application/x-python-pickle');
  const magic = MAGIC.find(({ bytes, at = 0 }) => bytes.every((byte, i) => head[at + i] === byte));
  if (magic?.isExecutable(head) === true) return code(magic.mediaType);
  if (ending === 'onnx' || looksLikeModel(head, head.length >= HEAD_BYTES))
    return { mediaType: MODEL_TYPE, isExecutable: false, isModel: true };
  if (magic !== undefined) return { mediaType: magic.mediaType, isExecutable: false, isModel: false };
  const codeType = CODE_ENDINGS.get(ending);
  if (codeType !== undefined) return code(codeType);
  const text = textOf(head);
  if (text !== null && /^#!|!!python\/|<script|<\?php/i.test(text)) return code('text/plain');
  return {
    mediaType: DATA_ENDINGS.get(ending) ?? (text === null ? 'application/octet-stream' : 'text/plain'),
    isExecutable: false,
    isModel: false,
  };
}

const code = (mediaType: string): InspectedArtifact => ({ mediaType, isExecutable: true, isModel: false });

/** `model.tar.GZ` is gz, and so is `model.tar.gz.`, which some file systems take for the same. */
function endingOf(path: string): string {
  const name = path
    .slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    .normalize('NFKC')
    .replace(/[\s.]+$/u, '');
  return name.includes('.')
    ? name
        .slice(name.lastIndexOf('.') + 1)
        .trim()
        .toLowerCase()
    : '';
}

/** The beginning as text; null when it is none. */
function textOf(head: Uint8Array): string | null {
  if (head.includes(0)) return null;
  // The last character may be cut off.
  const text = new TextDecoder('utf-8').decode(head, { stream: true });
  return text.includes('\uFFFD') ? null : text;
}

type CanRun = (head: Uint8Array) => boolean;

interface Magic {
  readonly bytes: readonly number[];
  readonly at?: number;
  readonly mediaType: string;
  readonly isExecutable: CanRun;
}

const always: CanRun = () => true;
const never: CanRun = () => false;
const ascii = (text: string): readonly number[] => [...text].map((char) => char.charCodeAt(0));
const magic = (bytes: readonly number[], mediaType: string, isExecutable = always, at = 0): Magic => ({
  bytes,
  mediaType,
  isExecutable,
  at,
});

/** An array of Python objects is a pickle inside. */
const hasObjects: CanRun = (head) => /'descr':[^}]*O/.test(String.fromCharCode(...head.subarray(0, 1_000)));

/** How formats begin. Archives may hold anything, and HDF5 a Keras model with Python in it. */
const MAGIC: readonly Magic[] = [
  magic([0x93, ...ascii('NUMPY')], 'application/x-npy', hasObjects),
  magic([0x50, 0x4b, 3, 4], 'application/zip'),
  magic([0x50, 0x4b, 5, 6], 'application/zip'),
  magic([0x1f, 0x8b], 'application/gzip'),
  magic(ascii('BZh'), 'application/x-bzip2'),
  magic([0xfd, ...ascii('7zXZ')], 'application/x-xz'),
  magic([0x28, 0xb5, 0x2f, 0xfd], 'application/zstd'),
  magic(ascii('7z\u00bc\u00af'), 'application/x-7z-compressed'),
  magic(ascii('ustar'), 'application/x-tar', always, 257),
  magic([0x89, ...ascii('HDF\r\n'), 0x1a, 0x0a], 'application/x-hdf5'),
  // Zlib, by which joblib packs its pickles.
  ...[0x01, 0x9c, 0xda].map((level) => magic([0x78, level], 'application/zlib')),
  magic([0x7f, ...ascii('ELF')], 'application/x-elf'),
  magic([0xfe, 0xed, 0xfa], 'application/x-mach-binary'),
  magic([0xcf, 0xfa, 0xed, 0xfe], 'application/x-mach-binary'),
  magic([0xca, 0xfe, 0xba, 0xbe], 'application/java-vm'),
  magic(ascii('MZ'), 'application/vnd.microsoft.portable-executable', (head) => head.includes(0)),
  magic([0, ...ascii('asm')], 'application/wasm'),
  // A serialised object of Java or R makes objects when it is read.
  magic([0xac, 0xed, 0, 5], 'application/x-java-serialized-object'),
  magic(ascii('RDX'), 'application/x-r-data'),
  magic(ascii('PAR1'), 'application/vnd.apache.parquet', never),
  magic(ascii('GGUF'), 'application/x-gguf', never),
  magic([0x89, ...ascii('PNG')], 'image/png', never),
  magic([0xff, 0xd8, 0xff], 'image/jpeg', never),
  magic(ascii('%PDF-'), 'application/pdf', never),
];

const CODE_ENDINGS: ReadonlyMap<string, string> = new Map([
  ...['pkl', 'pickle', 'joblib', 'dill', 'cloudpickle', 'pt', 'pth', 'ckpt', 'mar'].map(
    (ending) => [ending, 'application/x-python-pickle'] as const,
  ),
  ...['py', 'pyw', 'ipynb'].map((ending) => [ending, 'text/x-python'] as const),
  ...[
    'pyc',
    'pyd',
    'so',
    'dll',
    'dylib',
    'exe',
    'com',
    'bat',
    'cmd',
    'ps1',
    'sh',
    'r',
    'jl',
    'js',
    'mjs',
    'lua',
    'rb',
    'jar',
    'class',
    'whl',
    'egg',
  ].map((ending) => [ending, 'application/octet-stream'] as const),
  ...['h5', 'hdf5', 'keras'].map((ending) => [ending, 'application/x-hdf5'] as const),
  ...['rds', 'rda', 'rdata'].map((ending) => [ending, 'application/x-r-data'] as const),
  // Graphs of TensorFlow can read and write files.
  ...['pb', 'meta'].map((ending) => [ending, 'application/x-tensorflow-graph'] as const),
  ...['zip', 'tar', 'gz', 'tgz', 'bz2', 'xz', 'zst', '7z', 'rar', 'npz'].map(
    (ending) => [ending, 'application/octet-stream'] as const,
  ),
  // Shown by a browser, they run what is in them.
  ...['html', 'htm', 'xhtml', 'svg'].map((ending) => [ending, 'text/plain'] as const),
]);

const DATA_ENDINGS: ReadonlyMap<string, string> = new Map([
  ['json', 'application/json'],
  ['ubj', 'application/ubjson'],
  ['yaml', 'application/yaml'],
  ['yml', 'application/yaml'],
  ['csv', 'text/csv'],
  ['md', 'text/markdown'],
  ['safetensors', 'application/vnd.safetensors'],
]);
