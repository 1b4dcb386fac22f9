import { expect, test } from 'vitest';
import { nextCommand, sameWhere } from './nextCommand.ts';

test('a command to go on with asks the same server, as a shell takes it', () => {
  expect(nextCommand({}, 'crawl', 'warehouse', '--wait')).toBe('cadastre crawl warehouse --wait');
  expect(nextCommand({ home: '/srv/a b' }, 'up')).toBe("cadastre --home '/srv/a b' up");
  expect(nextCommand({ url: 'http://127.0.0.1:4000' }, 'sources', 'add', '<name>', '<url>')).toBe(
    'cadastre --url http://127.0.0.1:4000 sources add <name> <url>',
  );
});

test('a command that the server made keeps its words', () => {
  expect(sameWhere({ home: 'h' }, "cadastre assets merge 'urn:a' 'urn:b'")).toBe(
    "cadastre --home h assets merge 'urn:a' 'urn:b'",
  );
});
