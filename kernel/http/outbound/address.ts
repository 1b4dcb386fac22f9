import ipaddr from 'ipaddr.js';

/** A range of addresses that are not public but may be asked, e.g. `10.0.0.0/8`. */
export type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** Null when the text is no range. */
export function parseRange(text: string): Range | null {
  return ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : null;
}

/** NAT64 (RFC 6052): the last four bytes are an IPv4 address, which is where a request ends up. */
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96');
const IPV4_BYTES = 4;

/**
 * Whether a server that somebody else names may be asked at this address: it is public, or in a range that the operator allowed.
 * Loopback, private, link-local (where clouds keep credentials), multicast and reserved addresses are none of a stranger's
 * business, in whichever form they are written.
 */
export function mayBeAsked(address: string, allowed: readonly Range[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const meant = unwrapped(ipaddr.process(address));
  return meant.range() === 'unicast' || allowed.some((range) => isIn(meant, range));
}

type Address = ReturnType<typeof ipaddr.parse>;

const unwrapped = (address: Address): Address =>
  isIn(address, NAT64) ? ipaddr.fromByteArray(address.toByteArray().slice(-IPV4_BYTES)) : address;

const isIn = (address: Address, [base, bits]: Range): boolean => address.kind() === base.kind() && address.match(base, bits);
