/**
 * Addresses of the sandbox's own pages are kept with a placeholder: where browsers reach them may be another place
 * after a restart, and a link that was made before must still lead somewhere.
 */
export const PLACE = 'http://sandbox.invalid';

/** `address` is asked only when it is needed: before the service listens nobody knows it. */
export function withAddress(text: string, address: () => string): string {
  return text.includes(PLACE) ? text.replaceAll(PLACE, address()) : text;
}
