/**
 * Which addresses a customer's endpoint may have. A customer names it and we call it from inside: no address of the
 * house, of this machine or of a cloud's own services may be reached that way, whatever name leads to it.
 */
import net from 'node:net';
import { guardedLookup } from '../../../platform/http';

const PRIVATE = new net.BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv4');
/** Addresses of the one space that is routed in the open; of these, those that carry an IPv4 address within are not. */
const PUBLIC = new net.BlockList();
PUBLIC.addSubnet('2000::', 3, 'ipv6');
PRIVATE.addSubnet('2002::', 16, 'ipv6');
PRIVATE.addSubnet('2001::', 23, 'ipv6');

export function isPrivate(address: string): boolean {
  if (net.isIP(address) === 4) return PRIVATE.check(address, 'ipv4');
  return !PUBLIC.check(address, 'ipv6') || PRIVATE.check(address, 'ipv6');
}

/** Why this URL cannot be an endpoint's; undefined when it can. `open` leaves the house out of it: for development. */
export function endpointFault(text: string, open: boolean): string | undefined {
  if (!URL.canParse(text)) return 'It is no URL. Write it like https://example.com/path.';
  const { protocol, username, password, hostname } = new URL(text);
  if (protocol !== 'https:' && !(open && protocol === 'http:')) return 'It must begin with https://.';
  if (username || password) return 'Leave user and password out: messages are signed.';
  const host = hostname.replace(/^\[|\]$/g, '');
  if (!open && net.isIP(host) !== 0 && isPrivate(host)) return 'Private addresses are not called.';
  return undefined;
}

/** For connections in the open: no name leads inside. */
export const publicLookup = guardedLookup(isPrivate);
