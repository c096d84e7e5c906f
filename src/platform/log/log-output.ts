/**
 * Where lines of the log go: to a file descriptor, whatever becomes of it. Node's own stream for standard error ends the process when
 * a line finds no room (a full disk) or no reader (a collector that has gone), and stops it as long as a reader stands still. Here
 * lines wait instead, some of them: what comes beyond is left out and counted, and the log says so when it goes on.
 */
import fs from 'node:fs';
import { systemClock } from '../../kernel/clock';

/** A few thousand lines. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;
const AGAIN_AFTER_MS = 1_000;
const WARN = 40;

export class LogOutput {
  private waiting: string[] = [];
  private waitingBytes = 0;
  private leftOut = 0;
  private isWriting = false;
  private isHeard = false;
  private again: NodeJS.Timeout | undefined;
  /** What of a write was not taken yet. */
  private rest: Buffer = Buffer.alloc(0);

  constructor(
    private readonly fd: number,
    private readonly mostWaitingBytes = MOST_WAITING_BYTES,
  ) {}

  write(line: string): void {
    if (this.waitingBytes + this.rest.length > this.mostWaitingBytes) {
      this.leftOut++;
    } else {
      this.waiting.push(line);
      this.waitingBytes += line.length;
    }
    this.heedEnd();
    this.start();
  }

  /** What could not be written stays, for the next line to try, or for later where none comes. */
  private async writeOn(): Promise<void> {
    this.isWriting = true;
    try {
      for (let bytes = this.next(); bytes.length > 0; bytes = this.next()) {
        this.rest = bytes.subarray(await this.taken(bytes));
      }
    } catch {
      clearTimeout(this.again);
      this.again = setTimeout(() => this.start(), AGAIN_AFTER_MS).unref();
    } finally {
      this.isWriting = false;
    }
  }

  private start(): void {
    if (!this.isWriting) void this.writeOn();
  }

  private next(): Buffer {
    if (this.rest.length > 0) return this.rest;
    const lines = this.waiting;
    this.waiting = [];
    this.waitingBytes = 0;
    if (this.leftOut > 0) lines.push(leftOutLine(this.leftOut));
    this.leftOut = 0;
    return (this.rest = Buffer.from(lines.join('')));
  }

  /** How many bytes. */
  private taken(bytes: Buffer): Promise<number> {
    return new Promise((resolve, reject) =>
      fs.write(this.fd, bytes, (error, written) => (error ? reject(error) : resolve(written))),
    );
  }

  /** A process that ends at once writes what waits; what is being written when it does is the system's to end. */
  private heedEnd(): void {
    if (this.isHeard) return;
    this.isHeard = true;
    process.once('exit', () => {
      if (this.isWriting) this.rest = Buffer.alloc(0);
      try {
        for (let bytes = this.next(); bytes.length > 0; bytes = this.next())
          this.rest = bytes.subarray(fs.writeSync(this.fd, bytes));
      } catch {
        // There is nobody left to tell.
      }
    });
  }
}

function leftOutLine(lines: number): string {
  const msg = 'lines of the log were left out here, because they could not be written';
  return `${JSON.stringify({ level: WARN, time: systemClock.millis(), lines, msg })}\n`;
}
