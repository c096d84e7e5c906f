/**
 * Addresses of the sandbox's own pages are kept with a placeholder: the port is another one after a restart, and a
 * link that was made before must still lead somewhere.
 */
export const PLACE = 'http://sandbox.invalid';

export function withAddress(text: string, address: string): string {
  return text.replaceAll(PLACE, address);
}
