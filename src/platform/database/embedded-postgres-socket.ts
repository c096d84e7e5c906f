/**
 * The socket of the embedded server: a question through it takes about two thirds of the time that loopback takes. It lies in the
 * cluster, which nobody but the server's user and we can enter; where that place can hold none (a path that is too long, a folder
 * that a virtual machine shares with its host), there is loopback alone.
 */
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

/** The longest path of a socket that all systems take. */
const LONGEST_PATH = 100;

const socketOf = (folder: string, port: number): string =>
  path.join(path.resolve(folder), `.s.PGSQL.${port}`);

/** What the server is to be told. */
export async function socketSettings(folder: string, port: number): Promise<readonly string[]> {
  const isPossible = await canListen(socketOf(folder, port));
  return [
    'unix_socket_permissions=0700',
    `unix_socket_directories=${isPossible ? `"${path.resolve(folder)}"` : ''}`,
  ];
}

/** What a connection string says to go through the socket of a server that runs; empty when it has none. */
export async function throughSocket(folder: string, port: number): Promise<string> {
  const connection = net.connect(socketOf(folder, port));
  try {
    await once(connection, 'connect');
    return `?host=${encodeURIComponent(path.resolve(folder))}`;
  } catch {
    return '';
  } finally {
    connection.destroy();
  }
}

async function canListen(socket: string): Promise<boolean> {
  if (Buffer.byteLength(socket) > LONGEST_PATH || socket.includes('"')) return false;
  const server = net.createServer();
  try {
    server.listen(`${socket}.try`);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
    fs.rmSync(`${socket}.try`, { force: true });
  }
}
