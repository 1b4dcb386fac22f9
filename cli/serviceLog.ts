import type { Config } from '../kernel/config/config.ts';
import { createLog, type Logger } from '../kernel/log.ts';
import type { Terminal } from './terminal/terminal.ts';

/** A person at a terminal wants to hear of trouble only; a log collector wants everything. LOG_LEVEL decides when it is set. */
export const serviceLog = ({ logLevel }: Pick<Config, 'logLevel'>, { isInteractive }: Pick<Terminal, 'isInteractive'>): Logger =>
  createLog(isInteractive && process.env['LOG_LEVEL'] === undefined ? 'warn' : logLevel);
