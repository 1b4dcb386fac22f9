import { expect, test } from 'vitest';
import { versionFault } from './postgresEngine.ts';

test.each(['15.0', '15.20 (Debian 15.20-0+deb12u1)', '16beta1', '18.6'])('PostgreSQL %s will do', (version) => {
  expect(versionFault(version)).toBeUndefined();
});

test.each(['14.19', '9.6.24', 'unknown'])('PostgreSQL %s is refused with what to do', (version) => {
  expect(versionFault(version)).toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('15 or newer') });
});
