import type { Principal } from './principal.ts';

/** Whom a verified address stands for when its sign-in comes for the first time. */
export type Meeting =
  | { readonly kind: 'claim'; readonly principal: Principal }
  | { readonly kind: 'join'; readonly principal: Principal }
  | { readonly kind: 'refuse'; readonly reason: string }
  /** `keepsEmail` is false where the address is somebody else's already. */
  | { readonly kind: 'make'; readonly keepsEmail: boolean };

/**
 * @param named the stub that somebody named by their subject at the provider
 * @param holder whoever has the verified address
 * @param isHolderLinked whether the provider means somebody else by the holder
 */
export function meet(named: Principal | null, holder: Principal | null, isHolderLinked: boolean): Meeting {
  if (named !== null) return { kind: 'claim', principal: named };
  if (holder === null) return { kind: 'make', keepsEmail: true };
  // Who was put out does not come back under a new name.
  if (holder.state === 'deactivated')
    return { kind: 'refuse', reason: 'The account with this address is deactivated. Ask an admin.' };
  // An address is given to somebody else when people leave: it does not bring along what they had.
  if (isHolderLinked || holder.kind !== 'user') return { kind: 'make', keepsEmail: false };
  return { kind: holder.state === 'stub' ? 'claim' : 'join', principal: holder };
}
