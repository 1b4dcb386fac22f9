/** The server understood a mutation and refused it by a rule. */
export class Refusal extends Error {
  readonly code: string;
  readonly auditId: string;

  constructor(code: string, message: string, auditId: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.auditId = auditId;
  }
}
