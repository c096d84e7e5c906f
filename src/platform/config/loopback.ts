/** Whether a host is this machine, so that what is sent there in the clear is sent to nobody else. */
import net from 'node:net';

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));
}
