import { expect, test } from 'vitest';
import { badInput } from '../kernel/fault.ts';
import { inFlags } from './flagWords.ts';
import { Refusal } from './refusal.ts';

const words = { ownerId: '--owner', 'Cadastre-As-Of': '--as-of' };

test('fields and headers are called as the command line calls them; the code and the audit entry stay', async () => {
  const refused = Promise.reject(new Refusal('OWNER_REQUIRED', 'Give the id of a user as ownerId, not of ownerIds.', 'evt_1'));
  await expect(inFlags(words, refused)).rejects.toMatchObject({
    code: 'OWNER_REQUIRED',
    auditId: 'evt_1',
    message: 'Give the id of a user as --owner, not of ownerIds.',
  });
  await expect(inFlags(words, Promise.reject(badInput('Cadastre-As-Of: no.')))).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    message: '--as-of: no.',
  });
});

test('an answer is left as it is', async () => {
  expect(await inFlags(words, Promise.resolve('ownerId'))).toBe('ownerId');
});
