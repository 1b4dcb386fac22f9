import type { OnProgress } from '../app/progress.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Draws what a start does as progress bars. */
export const showProgress =
  ({ progress }: Terminal): OnProgress =>
  (event) =>
    event.step === 'migrating'
      ? progress.show({ what: 'Preparing', done: event.done, total: event.total, note: event.name })
      : progress.show({ what: `Crawling ${event.source}`, done: event.listed, total: event.expected });
