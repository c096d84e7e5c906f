/**
 * Starts the child process and hands over the connected socket. The socket lies in a folder of its own that only this
 * user can enter, and both are gone from the disk as soon as the child has connected: nothing is left after a crash.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environmentWith, programArguments } from '../../../platform/config';

/** The longest path of a unix socket that all systems take. */
const LONGEST_SOCKET_PATH = 100;
const CONNECT_TIMEOUT_MS = 20_000;
const REMEMBERED_LINES = 20;

export interface LaunchedChild {
  readonly child: ChildProcess;
  readonly socket: Socket;
  /** What the child last wrote on standard error: the only trace that a crash inside a native library leaves. */
  lastWords(): string;
}

/** @param program its path without the extension. */
export async function launchProgram(
  program: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<LaunchedChild> {
  const folder = await mkdtemp(path.join(socketRoot(), 'flywheel-engine-'));
  const server = createServer();
  try {
    const socketPath = path.join(folder, 's');
    server.listen(socketPath);
    await once(server, 'listening');
    const child = spawn(process.execPath, [...programArguments(program), socketPath, ...args], {
      env: environmentWith(environment),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const lastWords = remember(child);
    return { child, socket: await connected(server, child, lastWords), lastWords };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function connected(server: Server, child: ChildProcess, lastWords: () => string): Promise<Socket> {
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), CONNECT_TIMEOUT_MS);
  const ended = once(child, 'exit', { signal: given.signal }).then(() => {
    throw new Error(`The engine process ended before it connected. ${lastWords()}`);
  });
  try {
    const [socket] = (await Promise.race([once(server, 'connection', { signal: given.signal }), ended])) as [
      Socket,
    ];
    return socket;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
    given.abort();
    ended.catch(() => undefined);
  }
}

function socketRoot(): string {
  const usual = tmpdir();
  return usual.length + 40 < LONGEST_SOCKET_PATH ? usual : '/tmp';
}

function remember(child: ChildProcess): () => string {
  const lines: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
    lines.splice(0, lines.length - REMEMBERED_LINES);
  });
  return () => lines.join('\n');
}
