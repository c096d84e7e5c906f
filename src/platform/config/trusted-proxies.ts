/** Whom to believe about who calls: how many proxies there are, or the networks they are in. */
import net from 'node:net';
import { z } from 'zod';

/** The mask is of as many bits as the address has, at most. */
function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const family = net.isIP(address);
  const isMask = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  return family !== 0 && isMask && more === undefined;
}

export const proxies = z
  .string()
  .refine(
    (text) => /^[1-9]$/.test(text) || text.split(',').every(isNetwork),
    'must be how many proxies there are (1 to 9), or their addresses like 10.0.0.0/8, separated by commas',
  )
  .transform((text) => (text.length === 1 ? Number(text) : text.split(',')));
