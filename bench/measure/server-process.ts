/** A contender in a process of its own, which answers over the channel what it has used. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export interface Usage {
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

export interface ServerCommand {
  readonly file: string;
  readonly execPath?: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What a contender sends once, when it listens; what else it says is for the benchmark that started it. */
export interface Announcement {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly announced: Announcement,
  ) {}

  get url(): string {
    return this.announced.url;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.announced.headers ?? {};
  }

  static async start({ file, execPath, env }: ServerCommand): Promise<ServerProcess> {
    const child = fork(file, [], {
      execPath,
      // Ours need the compiler hook that this process has; a peer gets nothing that it did not ask for.
      execArgv: file.endsWith('.ts') ? process.execArgv : [],
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`${file} ended with ${String(code)} before it listened`);
    });
    const [announced] = (await Promise.race([once(child, 'message'), failed])) as [Announcement];
    failed.catch(() => undefined);
    return new ServerProcess(child, announced);
  }

  /** The same process, asked at another address. */
  at(url: string): ServerProcess {
    return new ServerProcess(this.child, { ...this.announced, url });
  }

  usage(): Promise<Usage> {
    return this.ask('usage');
  }

  /** What the process answers to an order that it knows. */
  async ask<T>(order: string): Promise<T> {
    const answer = once(this.child, 'message') as Promise<[T]>;
    this.child.send(order);
    return (await answer)[0];
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
