import type { Refusal } from '../../../kernel/mutation/mutate.ts';
import type { Principal } from './principal.ts';

/** Only a stub may become the person who is being made; whoever has signed in already keeps their address. */
export function refuseClaim(holder: Principal): Refusal | null {
  if (holder.kind === 'user' && holder.state === 'stub') return null;
  const deactivated = holder.state === 'deactivated' ? ' and is deactivated' : '';
  return {
    refusal: {
      code: 'EMAIL_TAKEN',
      message: `${holder.id} has this e-mail address${deactivated}. Use that one, or another address.`,
    },
  };
}
