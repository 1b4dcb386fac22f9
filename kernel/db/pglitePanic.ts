import type { PGlite } from '@electric-sql/pglite';
import { Fault } from '../fault.ts';

export interface PanicWatch {
  /** Set once the engine is dead. */
  readonly fault: Fault | undefined;
}

/**
 * When PostgreSQL cannot write its log (a full disk), it panics and expects its process to end. PGlite shares the
 * process with us and goes on, and its next call would spin for ever. So nothing is sent to it after a panic.
 */
export function watchForPanic(lite: PGlite): PanicWatch {
  const watch: { fault: Fault | undefined } = { fault: undefined };
  const send = lite.execProtocolStream.bind(lite);
  lite.execProtocolStream = async (message, options) => {
    if (watch.fault !== undefined) throw watch.fault;
    const replies = await send(message, options);
    const panic = replies.find((reply) => 'severity' in reply && (reply.severity === 'PANIC' || reply.severity === 'FATAL'));
    if (panic === undefined) return replies;
    // Thrown, so that the connection counts as lost: no reply to what was sent after it will ever come.
    throw (watch.fault = panicFault('message' in panic ? String(panic.message) : ''));
  };
  return watch;
}

const panicFault = (internal: string): Fault =>
  new Fault('STORE_UNAVAILABLE', {
    public:
      'The embedded database has stopped, because it could not write; its disk may be full. Free some space and start Cadastre again: nothing that was confirmed is lost.',
    internal,
  });
