/**
 * Looks a name up at the moment of connecting and refuses some addresses, so that a name that somebody else chose cannot be
 * harmless when it is checked and lead inside when it is called (DNS rebinding).
 */
import dns, { type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** @param isRefused whether an address, IPv4 or IPv6 in text, is not to be called. One such address refuses the whole name. */
export function guardedLookup(isRefused: (address: string) => boolean): LookupFunction {
  return (hostname, options, done) => {
    dns.lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return done(error, '', 0);
      if (found.some(({ address }) => isRefused(address)))
        return done(new Error(`${hostname} leads to an address that is not called`), '', 0);
      if (options.all) return done(null, found);
      return done(null, found[0]!.address, found[0]!.family);
    });
  };
}
