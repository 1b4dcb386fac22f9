import { styleText } from 'node:util';
import { ProgressBar } from './progressBar.ts';

type Style = (text: string) => string;

/** Data goes to stdout, talk to stderr: whoever pipes a command gets the data alone. */
export class Terminal {
  readonly #out: NodeJS.WriteStream;
  readonly #err: NodeJS.WriteStream;
  readonly bold: Style;
  readonly dim: Style;
  readonly progress: ProgressBar;

  constructor(out: NodeJS.WriteStream, err: NodeJS.WriteStream, environment: NodeJS.ProcessEnv) {
    this.#out = out;
    this.#err = err;
    const colour = out.isTTY && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
    this.bold = colour ? (text) => styleText('bold', text) : plain;
    this.dim = colour ? (text) => styleText('dim', text) : plain;
    this.progress = new ProgressBar(err);
  }

  /** Whether a person reads what commands print. */
  get isInteractive(): boolean {
    return this.#out.isTTY;
  }

  print(text: string): void {
    this.progress.clear();
    this.#out.write(`${text}\n`);
  }

  say(text: string): void {
    this.progress.clear();
    this.#err.write(`${text}\n`);
  }
}

const plain: Style = (text) => text;
