/**
 * Somebody else was faster, and the transaction must begin again: it is repeated like a serialization failure, whose code it
 * has, with a new `tx.now`.
 */
export class Superseded extends Error {
  readonly code = '40001';
}
