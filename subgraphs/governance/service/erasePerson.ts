import { record } from '../../../kernel/audit/record.ts';
import { badInput } from '../../../kernel/fault.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../kernel/mutation/subject.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import type { Context } from '../context.ts';
import { ERASED_NAME, NOBODY, personErased, refuseErasure } from '../domain/erasure.ts';
import { refuseHeld } from '../domain/legalHold.ts';
import type { PersonErased } from '../domain/result.ts';
import { lockToChange } from '../store/changePrincipal.ts';
import { blankPerson, endKeysOf, forgetDetailsAbout } from '../store/erase.ts';
import { blankWords } from '../store/eraseWords.ts';
import { blankReasons, holdsOn, keepHolds } from '../store/legalHolds.ts';
import { adminRemains, lockAdmins } from '../store/lockAdmins.ts';

export interface ErasePersonInput extends MutationInput {
  readonly principalId: string;
  readonly reason: string;
}

/** Forgets who somebody is. What they did stays, under an id that leads to nobody, and every proof of it still verifies. */
export function erasePerson({ kernel, request }: Context, input: ErasePersonInput): Promise<PersonErased | RefusedResult> {
  const { principalId } = input;
  const reason = input.reason.trim();
  if (reason === '') throw badInput('reason: say why, e.g. the number of the request.');
  return mutate(
    kernel.db,
    request,
    {
      operation: 'erasePerson',
      noun: 'governance.person',
      action: 'audit.manage',
      input,
      prepare: () => ({ subject: writtenSubject(kernel.pepper, 'User', 'principalId', principalId) }),
    },
    async (tx, origin): Promise<PersonErased | Refusal> => {
      await lockAdmins(tx);
      const person = await lockToChange(tx, principalId);
      const remains = await adminRemains(tx, { id: principalId, withServices: true }, kernel.provider !== undefined);
      await keepHolds(tx);
      const refusal = refuseErasure(person, remains) ?? refuseHeld(principalId, await holdsOn(tx, principalId));
      if (refusal !== null || person?.kind !== 'user') return refusal ?? NOBODY;
      const keys = await endKeysOf(tx, person.id);
      const { count: details, kept } = await forgetDetailsAbout(tx, person.id, person.email);
      await blankPerson(tx, person.id);
      await blankReasons(tx, person.id, ERASED_NAME);
      await blankWords(tx, person.id, ERASED_NAME);
      const receipt = await record(tx, origin, [personErased(person, { details, kept, keys }, reason)]);
      return { __typename: 'PersonErased', ...tokens(receipt), userId: person.id, detailsErased: details, detailsKept: kept };
    },
  );
}
