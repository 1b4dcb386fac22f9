import { setFlagsFromString } from 'node:v8';

/** So much SQL, some thirty thousand statements, pays for the optimizing compiler. */
const BREAK_EVEN_BYTES = 32_000_000;

/**
 * Leaves WebAssembly as V8's quick compiler makes it. Optimizing the parsers takes three times the time that a thousand
 * statements take, and makes the ones after them a fourth faster: good for a server, and nothing that a process which
 * reads a few files lives to see. It holds for the whole process, so only a command may ask for it, and first of all.
 */
export function compileQuickly(inputBytes: number): void {
  if (inputBytes > BREAK_EVEN_BYTES) return;
  setFlagsFromString('--no-wasm-dynamic-tiering');
  setFlagsFromString('--no-wasm-tier-up');
}
