import { describe, expect, test } from 'vitest';
import { matchesLike, sightOf } from './grants.ts';

const to = 'TO `crawler`@`%`';

describe('what a crawler sees', () => {
  test.each([
    ['a right on everything', [`GRANT SELECT, SHOW VIEW ON *.* ${to}`], true, 'all'],
    [
      'all rights, with a password hash behind',
      [`GRANT ALL PRIVILEGES ON *.* ${to} IDENTIFIED BY PASSWORD '*AB' WITH GRANT OPTION`],
      true,
      'all',
    ],
    ['no right', [`GRANT USAGE ON *.* ${to}`], false, 'none'],
    ['only the list of databases', [`GRANT SHOW DATABASES ON *.* ${to}`], true, 'none'],
    ['a right that shows no table', [`GRANT PROCESS, RELOAD ON *.* ${to}`], false, 'none'],
    ['a right on this database', [`GRANT USAGE ON *.* ${to}`, `GRANT INSERT ON \`hr\`.* ${to}`], false, 'all'],
    ['a right on another', [`GRANT SELECT ON \`shop\`.* ${to}`], false, 'none'],
    ['a right on a pattern', [`GRANT SELECT ON \`h%\`.* ${to}`], false, 'all'],
    ['a right on one table', [`GRANT SELECT ON \`hr\`.\`pay\` ${to}`], false, 'some'],
    ['a right on one column', [`GRANT SELECT (\`a\`, \`b\`), INSERT (\`a\`) ON \`hr\`.\`pay\` ${to}`], false, 'some'],
    ['a right on a procedure', [`GRANT EXECUTE ON PROCEDURE \`hr\`.\`p\` ${to}`], false, 'none'],
    [
      'a role and nothing with it',
      [`GRANT \`reader\` ${to}`, `SET DEFAULT ROLE \`reader\` FOR \`crawler\`@\`%\``],
      false,
      'none',
    ],
    ['everything but this database', [`GRANT SELECT ON *.* ${to}`, 'REVOKE SELECT ON `hr`.* FROM `crawler`@`%`'], true, 'none'],
  ])('with %s', (_, statements, everyDatabase, seen) => {
    const sight = sightOf(statements);
    expect(sight.everyDatabase).toBe(everyDatabase);
    expect(sight.of('hr')).toBe(seen);
  });

  test('names with backticks and dots are read to their end', () => {
    expect(sightOf([`GRANT SELECT ON \`a\`\`.\`\`b\`.\`t\`\`\` ${to}`]).of('a`.`b')).toBe('some');
  });
});

test.each([
  ['tmp\\_a', 'tmp_a', true],
  ['tmp\\_a', 'tmpxa', false],
  ['tmp_a', 'tmpxa', true],
  ['a%', 'abc', true],
  ['a.c', 'abc', false],
  ['a\\%', 'a%', true],
  ['a\\\\b', 'a\\b', true],
  ['(a|b)*', '(a|b)*', true],
])('the pattern %s on %s: %s', (pattern, name, matched) => {
  expect(matchesLike(name, pattern)).toBe(matched);
});
