/**
 * The parent's picture of one child process, from its start to its end: the same interface as any engine, with
 * answers matched to requests by id. When the child dies, or does not answer for too long and is killed, everything
 * that waits fails with `EngineCrashed` at once.
 */
import { once } from 'node:events';
import path from 'node:path';
import type { CancelSignal } from '../../../kernel/cancellation';
import { EngineCrashed, EngineStartError } from '../compute.errors';
import type { Artefact, Batch, Engine, EngineHealth, EngineInfo, EngineRefusal, Outcome } from '../engine';
import { joined, partsOf } from './batch-parts';
import { launchProgram, type LaunchedChild } from './engine-launch';
import type { EngineProcessArguments } from './engine-process-arguments';
import { FrameKind, bytesOf, floatsOf, type Frame } from './frame';
import { FrameLink } from './frame-link';
import { PendingRequests } from './pending-requests';
import type { WireFile } from './request-loop';
import type { Watchdog } from './watchdog';

const ENGINE_PROGRAM = path.join(__dirname, 'engine-process');

/** How often it is asked whether the process hangs. */
const LOOK_MS = 250;
const START_TIMEOUT_MS = 60_000;

/** How a child is started and watched; the same for all that follow one another. */
export interface EngineLaunch {
  readonly args: Omit<EngineProcessArguments, 'known'>;
  readonly watchdog: Watchdog;
  /** More variables for its environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Another program than ours, as tests have one that breaks on wish. */
  readonly program?: string;
}

interface Request {
  readonly kind: FrameKind;
  readonly meta: object;
  readonly payload?: Uint8Array;
  readonly allowedMs: number;
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
  private readonly link: FrameLink;
  private readonly pending = new PendingRequests();
  private hung = false;
  private described: EngineInfo | undefined;
  private readonly watch: NodeJS.Timeout;
  private whenIdle: (() => void) | undefined;

  private constructor(
    private readonly launched: LaunchedChild,
    private readonly watchdog: Watchdog,
  ) {
    this.link = new FrameLink(launched, () => this.fail());
    this.watch = setInterval(() => this.killIfHanging(), LOOK_MS);
    this.watch.unref();
  }

  /** @throws EngineStartError, or RungCrashed when the ladder itself killed the process. */
  static async start(
    launch: EngineLaunch,
    known: Readonly<Record<string, string>>,
  ): Promise<EngineProcessClient> {
    const { program = ENGINE_PROGRAM, environment, args, watchdog } = launch;
    const launched = await launchProgram(program, [JSON.stringify({ ...args, known })], environment);
    const client = new EngineProcessClient(launched, watchdog);
    const ready = await client.listen();
    if ('error' in ready) {
      await client.ended;
      throw new EngineStartError(ready.error, ready.refused);
    }
    client.described = ready.info;
    return client;
  }

  get pid(): number {
    return this.launched.child.pid ?? 0;
  }

  /** Settles when the process is gone, whatever the reason. */
  get ended(): Promise<void> {
    return this.link.ended;
  }

  get isDead(): boolean {
    return this.link.isDead;
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
    const request = { kind: FrameKind.LOAD, meta: { ...meta, files: wire }, payload: Buffer.concat(parts) };
    const done = await this.request({ ...request, allowedMs: this.watchdog.forLoad() });
    return done.meta as unknown as EngineInfo;
  }

  async infer(versionId: string, batch: Batch, signal?: CancelSignal): Promise<Outcome> {
    const parts = partsOf(batch);
    if (parts.length === 1) return this.run(versionId, batch, signal);
    const outcomes: Outcome[] = [];
    for (const part of parts) outcomes.push(await this.run(versionId, part, signal));
    return joined(outcomes);
  }

  private async run(versionId: string, { count, rows }: Batch, signal?: CancelSignal): Promise<Outcome> {
    const allowedMs = this.watchdog.forBatch(versionId, count);
    const request = { kind: FrameKind.INFER, meta: { versionId, count }, payload: bytesOf(rows), allowedMs };
    const done = await this.request(request, signal);
    const deviceMs = done.meta['deviceMs'] as number;
    this.watchdog.observe(versionId, count, deviceMs);
    return { outputs: floatsOf(done.payload), deviceMs };
  }

  async unload(versionId: string): Promise<void> {
    await this.ask(FrameKind.UNLOAD, { versionId });
  }

  async health(): Promise<EngineHealth> {
    return (await this.ask(FrameKind.HEALTH, {})).meta as unknown as EngineHealth;
  }

  async close(): Promise<void> {
    const { child, socket } = this.launched;
    const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    socket.end();
    await this.ended;
    await exited;
  }

  /** Settles when everything that was asked is answered. */
  idle(): Promise<void> {
    if (this.pending.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.whenIdle = resolve));
  }

  private ask(kind: FrameKind, meta: object): Promise<Frame> {
    return this.request({ kind, meta, allowedMs: this.watchdog.forQuestion() });
  }

  private async request({ kind, meta, payload, allowedMs }: Request, signal?: CancelSignal): Promise<Frame> {
    if (this.link.isDead) throw new EngineCrashed('The engine process is gone.');
    signal?.throwIfAborted();
    const id = this.link.id();
    // What cannot be sent is not waited for: the process would be killed for not answering it.
    this.link.send(id, kind, meta, payload);
    const answer = this.pending.answer(id, allowedMs);
    if (!signal) return answer;
    return new Promise<Frame>((resolve, reject) => {
      // It stays counted until the process answers it, if only by saying that it was skipped.
      const cancel = (): void => {
        this.link.send(id, FrameKind.CANCEL, {});
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', cancel, { once: true });
      void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
    });
  }

  /** Reads frames from now on; answers when the ladder is climbed. */
  private listen(): Promise<Ready> {
    const { socket, lastWords } = this.launched;
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
      this.link.listen(take);
      socket.once('close', () => {
        clearTimeout(timer);
        reject(
          trying ? new RungCrashed(trying) : new EngineCrashed(`The engine process died. ${lastWords()}`),
        );
      });
    });
  }

  private settle(frame: Frame): void {
    this.pending.take(frame);
    if (this.pending.size === 0) this.whenIdle?.();
  }

  private fail(): void {
    clearInterval(this.watch);
    const why = this.hung ? 'It hung and was killed.' : `It died. ${this.launched.lastWords()}`.trim();
    this.pending.failAll((place) => new EngineCrashed(why, place === 0));
    this.whenIdle?.();
  }

  private killIfHanging(): void {
    if (!this.pending.isHanging) return;
    this.hung = true;
    this.launched.child.kill('SIGKILL');
  }
}
