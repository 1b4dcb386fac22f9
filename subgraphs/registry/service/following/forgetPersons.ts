import { blankWords } from '../../store/eraseWords.ts';
import type { Follower } from './follower.ts';

/** Who was erased wrote reasons and comments here, too. Their events lost them in the transaction of the erasure. */
export const forgetPersons: Follower = {
  name: 'erasures',
  topics: ['governance.person.erased.v1'],
  act: async ({ db }, told) => {
    const ids = told.map(({ subjectId }) => subjectId);
    await db.transaction((tx) => blankWords(tx, ids));
  },
};
