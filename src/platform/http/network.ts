/**
 * Whose address it is, where something is counted by address: IPv6 gives every household and every rented server a network of 2^64 of
 * them (BCP 157), so that whoever changes theirs would begin anew each time.
 */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8;
const OF_NETWORK = 4;

/** An IPv4 address as it is, of an IPv6 address its network of 64 bits. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped) return mapped;
  const [before = '', after = ''] = address.replace(/%.*$/, '').split('::');
  const [first, last] = [groupsIn(before), groupsIn(after)];
  const zeros = Array.from({ length: Math.max(0, GROUPS - first.length - last.length) }, () => '0');
  const network = [...first, ...zeros, ...last].slice(0, OF_NETWORK);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}

function groupsIn(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
