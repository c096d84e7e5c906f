/**
 * Which addresses a remote engine may have. Staff names it, and servers beside ours are what it is for; but the addresses
 * by which a cloud hands out its machine's own credentials are never an engine, whatever name leads to them.
 */
import net from 'node:net';
import { guardedLookup } from '../../../platform/http';

const FORBIDDEN = new net.BlockList();
FORBIDDEN.addSubnet('169.254.0.0', 16, 'ipv4');
FORBIDDEN.addSubnet('0.0.0.0', 8, 'ipv4');
FORBIDDEN.addSubnet('224.0.0.0', 3, 'ipv4');
// Alibaba Cloud and Oracle, outside of the range that the others use.
FORBIDDEN.addAddress('100.100.100.200', 'ipv4');
FORBIDDEN.addAddress('192.0.0.192', 'ipv4');
FORBIDDEN.addSubnet('fe80::', 10, 'ipv6');
FORBIDDEN.addSubnet('ff00::', 8, 'ipv6');
FORBIDDEN.addAddress('::', 'ipv6');
FORBIDDEN.addAddress('fd00:ec2::254', 'ipv6');
// Google Cloud; and the same range as a network translates it that has IPv6 alone (RFC 6052).
FORBIDDEN.addAddress('fd20:ce::254', 'ipv6');
FORBIDDEN.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');

/** Why this URL cannot be an engine's; undefined when it can. */
export function addressFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'It is no URL.';
  const { protocol, username, password, search, hash, hostname } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'It must begin with http:// or https://.';
  if (username || password) return 'Send the credential as `secret`, not within the URL.';
  if (search || hash) return 'Leave out what follows the path.';
  return isForbidden(hostname.replace(/^\[|\]$/g, '')) ? 'This address is never an engine.' : undefined;
}

function isForbidden(host: string): boolean {
  const family = net.isIP(host);
  if (family === 0) return false;
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/i.exec(host);
  if (mapped) {
    const bits = Number.parseInt(mapped[1]!, 16) * 65536 + Number.parseInt(mapped[2]!, 16);
    return isForbidden([24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.'));
  }
  return FORBIDDEN.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** For connections to engines: no name leads where none is. */
export const engineLookup = guardedLookup(isForbidden);
