import { describe, expect, test } from 'vitest';
import { Fault } from '../../kernel/fault.ts';
import { postgresConfig, postgresConfigFromUrl } from './config.ts';

const from = (url: string) => postgresConfigFromUrl(new URL(url));

describe('a PostgreSQL URL', () => {
  test('gives every part, decoded, with the usual port', () => {
    expect(from('postgresql://cra%40wler:p%40ss%2Fword@db.example/my%20shop?sslmode=verify-full')).toMatchObject({
      host: 'db.example',
      port: 5432,
      user: 'cra@wler',
      password: 'p@ss/word',
      database: 'my shop',
      sslMode: 'verify-full',
    });
  });

  test('may name an IPv6 address', () => {
    expect(from('postgres://crawler@[::1]:5433/shop')).toMatchObject({ host: '::1', port: 5433, password: null });
  });

  test.each([
    ['another platform', 'mysql://crawler:hidden@db.example/shop'],
    ['no database', 'postgres://crawler:hidden@db.example'],
    ['no user', 'postgres://db.example/shop'],
    ['no host', 'postgres:///shop'],
    ['a deeper path', 'postgres://crawler:hidden@db.example/shop/public'],
    ['an unknown setting', 'postgres://crawler:hidden@db.example/shop?sslkey=x'],
    ['a weak TLS mode', 'postgres://crawler:hidden@db.example/shop?sslmode=prefer'],
    ['a broken escape', 'postgres://crawler:hidden%zz@db.example/shop'],
    ['a socket as host', 'postgres://crawler:hidden@%2Fvar%2Frun/shop'],
  ])('with %s is refused with a right example, and without its password', (_, url) => {
    const fault = thrown(() => from(url));
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('postgres://crawler:password@db.example:5432/shop'),
    });
    expect(String(fault)).not.toContain('hidden');
  });
});

test('unknown settings are refused', () => {
  expect(postgresConfig.safeParse({ host: 'h', user: 'u', pasword: 'typo' }).success).toBe(false);
});

test('a unix socket is no host', () => {
  expect(postgresConfig.safeParse({ host: '/var/run/postgresql', user: 'u' }).success).toBe(false);
});

function thrown(task: () => unknown): unknown {
  try {
    task();
  } catch (error) {
    return error;
  }
  return null;
}
