import { pino, type Logger } from 'pino';

export type { Logger };

/** JSON lines on stderr; data belongs to stdout. Secrets are cut by key wherever they hang. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      redact: { paths: ['token', 'password', 'authorization', '*.token', '*.password', '*.authorization'], censor: '[cut]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
