import { shellWord } from '../kernel/shellWord.ts';
import { escaped } from './terminal/escape.ts';

/** The global options that say which server a command asks. A token is better not shown again. */
export interface Where {
  readonly url?: string | undefined;
  readonly home?: string | undefined;
}

/** A command to go on with: it asks the same server as the one that was given. */
export const nextCommand = ({ url, home }: Where, ...words: readonly string[]): string =>
  ['cadastre', ...(home === undefined ? [] : ['--home', home]), ...(url === undefined ? [] : ['--url', url]), ...words]
    .map((word) => (/^<.*>$/.test(word) ? word : shellWord(escaped(word))))
    .join(' ');

/** The same for a command that the server made. */
export const sameWhere = (where: Where, command: string): string => command.replace(/^cadastre\b/, nextCommand(where));
