import { createLog } from '../kernel/log.ts';
import type { Service } from '../app/service.ts';

/** What a shell shows for a program that was interrupted. */
const INTERRUPTED = 130;

/**
 * Runs a service until SIGTERM or SIGINT: the first lets it finish what it has begun, the second ends it at once.
 * A signal during the start waits for the start, so that nothing is left half made.
 */
export async function serve(start: () => Promise<Service>): Promise<void> {
  // graphql-js leaves a rejection behind when two items of one list fail; that must cost an answer, never the server.
  process.on('unhandledRejection', (reason) => createLog('error').error({ err: reason }, 'a failure that nobody waited for'));
  let signalled = (): void => undefined;
  const asked = new Promise<void>((resolve) => (signalled = resolve));
  const onSignal = (): void => {
    process.on('SIGTERM', leaveNow).on('SIGINT', leaveNow);
    signalled();
  };
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  const service = await start();
  await asked;
  await service.stop();
  // A driver that forgot a timer must not keep a stopped server alive.
  process.exit(0);
}

const leaveNow = (): never => process.exit(INTERRUPTED);
