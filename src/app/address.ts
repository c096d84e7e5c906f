/** The address that the service listens on: tried before anything is started, and refused in one sentence. */
import net from 'node:net';
import type { Config } from '../platform/config';
import { CommandError } from './command-error';

type Address = Pick<Config, 'host' | 'port'> & {
  /** By which the port is set. */ readonly variable?: string;
};

/** @throws CommandError when nobody could listen there now. */
export async function assertFree(address: Address): Promise<void> {
  const { host, port } = address;
  const server = net.createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host, port }, resolve);
    });
  } catch (error) {
    throw addressRefusal(error, address) ?? error;
  }
  await new Promise((resolve) => server.close(resolve));
}

/** What a person can mend, when listening failed; undefined when something else did. */
export function addressRefusal(
  error: unknown,
  { host, port, variable = 'FLYWHEEL_PORT' }: Address,
): CommandError | undefined {
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return undefined;
  if (code === 'EADDRINUSE')
    return new CommandError(`Port ${port} is in use: stop the other program, or set ${variable}.`);
  if (code === 'EACCES')
    return new CommandError(
      `Port ${port} needs a right that this user does not have: set ${variable} above 1023.`,
    );
  return new CommandError(
    `The service cannot listen on ${host} (${String(code)}): set FLYWHEEL_HOST to an address of this machine.`,
  );
}
