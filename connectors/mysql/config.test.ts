import { expect, test } from 'vitest';
import { mysqlConfigFromUrl } from './config.ts';

const from = (url: string) => mysqlConfigFromUrl(new URL(url));

test('a URL gives every part, decoded, with the usual port', () => {
  expect(from('mysql://cra%40wler:p%40ss@db.example/my%20shop?sslmode=require')).toMatchObject({
    host: 'db.example',
    port: 3306,
    user: 'cra@wler',
    password: 'p@ss',
    databases: { include: ['my shop'] },
    sslMode: 'require',
  });
});

test('a URL without a database stands for all that the user can see', () => {
  expect(from('mariadb://crawler@db.example:3307')).toMatchObject({ port: 3307, databases: { include: null } });
});

test.each([
  ['another platform', 'postgres://crawler:hidden@db.example/shop'],
  ['no user', 'mysql://db.example/shop'],
  ['a deeper path', 'mysql://crawler:hidden@db.example/shop/orders'],
  ['an unknown setting', 'mysql://crawler:hidden@db.example/shop?multipleStatements=true'],
  ['an unknown TLS mode', 'mysql://crawler:hidden@db.example/shop?sslmode=preferred'],
])('a URL with %s is refused with a right example, and without its password', (_, url) => {
  let message = '';
  try {
    from(url);
  } catch (error) {
    message = String(error);
  }
  expect(message).toContain('mysql://crawler:password@db.example:3306/shop');
  expect(message).not.toContain('hidden');
});
