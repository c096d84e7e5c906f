/**
 * The parent's picture of one child process, from its start to its end: the same interface as any engine, with
 * answers matched to requests by id. When the child dies, or does not answer for too long and is killed, everything
 * that waits fails with `EngineCrashed` at once.
 */
import { once } from 'node:events';
import type { EngineChoice } from '../../../platform/config';
import { EngineCrashed, EngineRefused, EngineStartError } from '../compute.errors';
import type { Artefact, Batch, Engine, EngineHealth, EngineInfo, EngineRefusal, Outcome } from '../engine';
import { launchChild, type LaunchedChild } from './engine-launch';
import { FrameKind, FrameReader, bytesOf, encodeFrame, floatsOf, type Frame } from './frame';
import type { WireFile } from './request-loop';

/** Longer than any batch of this house; what takes longer hangs. */
const HANG_MS = 60_000;
const HANG_CHECK_MS = 5_000;
const START_TIMEOUT_MS = 60_000;

interface Pending {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: Error) => void;
  readonly since: number;
}

type Ready = { readonly info: EngineInfo } | { readonly error: string; readonly refused: EngineRefusal[] };

/** The child died while it tried this rung; the next one is told to leave it out. */
export class RungCrashed extends Error {
  override readonly name = 'RungCrashed';

  constructor(readonly rung: string) {
    super(`The engine process died while it tried ${rung}.`);
  }
}

export class EngineProcessClient implements Engine {
  /** Settles when the process is gone, whatever the reason. */
  readonly ended: Promise<void>;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;
  private dead = false;
  private described: EngineInfo | undefined;
  private readonly watch: NodeJS.Timeout;

  private constructor(private readonly launched: LaunchedChild) {
    const { socket, child } = launched;
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        child.kill('SIGKILL');
        // First the news, then the failures: who sends its request again must already find the next process.
        resolve();
        this.fail();
      });
    });
    socket.on('error', () => socket.destroy());
    this.watch = setInterval(() => this.killIfHanging(), HANG_CHECK_MS);
    this.watch.unref();
  }

  /** @throws EngineStartError, or RungCrashed when the ladder itself killed the process. */
  static async start(
    choice: EngineChoice,
    known: Readonly<Record<string, string>>,
  ): Promise<EngineProcessClient> {
    const client = new EngineProcessClient(await launchChild({ choice, known }));
    const ready = await client.listen();
    if ('error' in ready) {
      await client.ended;
      throw new EngineStartError(ready.error);
    }
    client.described = ready.info;
    return client;
  }

  get pid(): number {
    return this.launched.child.pid ?? 0;
  }

  info(): EngineInfo {
    if (!this.described) throw new EngineCrashed('The engine process has not started.');
    return this.described;
  }

  async load(artefact: Artefact): Promise<EngineInfo> {
    const { files, ...meta } = artefact;
    const parts = files.flatMap(({ source }) => ('bytes' in source ? [source.bytes] : []));
    const wire = files.map(({ format, source }): WireFile =>
      'bytes' in source ? { format, length: source.bytes.length } : { format, path: source.path },
    );
    const done = await this.request(FrameKind.LOAD, { ...meta, files: wire }, Buffer.concat(parts));
    return done.meta as unknown as EngineInfo;
  }

  async infer(versionId: string, batch: Batch, signal?: AbortSignal): Promise<Outcome> {
    const meta = { versionId, count: batch.count };
    const done = await this.request(FrameKind.INFER, meta, bytesOf(batch.rows), signal);
    return { outputs: floatsOf(done.payload), deviceMs: done.meta['deviceMs'] as number };
  }

  async unload(versionId: string): Promise<void> {
    await this.request(FrameKind.UNLOAD, { versionId });
  }

  async health(): Promise<EngineHealth> {
    return (await this.request(FrameKind.HEALTH, {})).meta as unknown as EngineHealth;
  }

  async close(): Promise<void> {
    const { child, socket } = this.launched;
    const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    socket.end();
    await this.ended;
    await exited;
  }

  private request(kind: FrameKind, meta: object, payload?: Uint8Array, signal?: AbortSignal): Promise<Frame> {
    if (this.dead) return Promise.reject(new EngineCrashed('The engine process is gone.'));
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const id = this.nextId;
    this.nextId = this.nextId === 0xffff_ffff ? 1 : this.nextId + 1;
    return new Promise<Frame>((resolve, reject) => {
      const cancel = (): void => {
        this.pending.delete(id);
        this.send(id, FrameKind.CANCEL, {});
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      const settled = (): void => signal?.removeEventListener('abort', cancel);
      this.pending.set(id, {
        since: performance.now(),
        resolve: (frame) => (settled(), resolve(frame)),
        reject: (error) => (settled(), reject(error)),
      });
      this.send(id, kind, meta, payload);
    });
  }

  private send(id: number, kind: FrameKind, meta: object, payload?: Uint8Array): void {
    const { socket } = this.launched;
    if (socket.destroyed) return;
    const [head, body] = encodeFrame(id, kind, meta, payload);
    socket.cork();
    socket.write(head);
    if (body.byteLength > 0) socket.write(body);
    socket.uncork();
  }

  /** Reads frames from now on; answers when the ladder is climbed. */
  private listen(): Promise<Ready> {
    const { socket, lastWords } = this.launched;
    const reader = new FrameReader();
    return new Promise<Ready>((resolve, reject) => {
      let trying: string | undefined;
      const timer = setTimeout(() => socket.destroy(), START_TIMEOUT_MS);
      const take = (frame: Frame): void => {
        if (frame.kind === FrameKind.TRYING) trying = frame.meta['rung'] as string;
        else if (frame.kind === FrameKind.READY) {
          clearTimeout(timer);
          resolve(frame.meta as unknown as Ready);
        } else this.settle(frame);
      };
      socket.on('data', (chunk: Buffer) => {
        try {
          reader.push(chunk).forEach(take);
        } catch (error) {
          socket.destroy(error as Error);
        }
      });
      socket.once('close', () => {
        clearTimeout(timer);
        reject(
          trying ? new RungCrashed(trying) : new EngineCrashed(`The engine process died. ${lastWords()}`),
        );
      });
    });
  }

  private settle(frame: Frame): void {
    const waiting = this.pending.get(frame.id);
    this.pending.delete(frame.id);
    if (frame.kind === FrameKind.DONE) waiting?.resolve(frame);
    else waiting?.reject(new EngineRefused(String(frame.meta['message'])));
  }

  private fail(): void {
    this.dead = true;
    clearInterval(this.watch);
    const error = new EngineCrashed('The engine process died while it worked on the request.');
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }

  private killIfHanging(): void {
    const [oldest] = this.pending.values();
    if (oldest && performance.now() - oldest.since > HANG_MS) this.launched.child.kill('SIGKILL');
  }
}
