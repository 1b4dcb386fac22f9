import { Fault, notFound } from '../fault.ts';
import type { Digest } from '../canonical.ts';

/** @param internal what only the log says */
export const storeUnavailable = (cause: unknown, internal?: string): Fault =>
  new Fault('STORE_UNAVAILABLE', {
    public: 'The store of artifacts cannot be read or written. See that it is reachable and not full, then try again.',
    cause,
    ...(internal !== undefined && { internal }),
  });

export const readTooSlow = (digest: Digest): Fault =>
  new Fault('DEADLINE_EXCEEDED', { public: `${digest} could not be read in time. Try again.` });

/** Before it is known which bytes, or whether there are any. */
export const tooSlow = (): Fault =>
  new Fault('DEADLINE_EXCEEDED', { public: 'The store of artifacts did not answer in time. Try again.' });

export const noBlob = (): Fault => notFound('The bytes of this artifact');
