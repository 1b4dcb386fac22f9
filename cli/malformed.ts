/** A file that was given is not what it should be. */
export class Malformed extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'Malformed';
    this.code = code;
  }
}
