/**
 * The parent's picture of one process that writes text. When it dies, or says nothing for too long and is killed, every
 * text under way ends with `EngineCrashed` at once.
 */
import path from 'node:path';
import type { CancelSignal } from '../../../kernel/cancellation';
import { EngineCrashed, EngineRefused } from '../compute.errors';
import { launchProgram, type LaunchedChild } from '../process/engine-launch';
import { FrameKind, type Frame } from '../process/frame';
import { FrameLink } from '../process/frame-link';
import { PendingRequests } from '../process/pending-requests';
import { ChunkChannel } from './chunk-channel';
import type { StepGraph } from './step-graph';
import type { TokenChunk, TokenRequest } from './token-engine';

/** Longer than any step, however many texts take turns; what is silent for longer hangs. */
const HANG_MS = 60_000;
const HANG_CHECK_MS = 5_000;

export interface TokenArtefact {
  readonly versionId: string;
  readonly graph: StepGraph;
  /** Where the verified blob lies on this machine; or the bytes themselves. */
  readonly source: { readonly path: string } | { readonly bytes: Uint8Array };
}

export class TokenProcessClient {
  private readonly link: FrameLink;
  private readonly pending = new PendingRequests();
  private described = '';
  private readonly watch: NodeJS.Timeout;

  private constructor(private readonly launched: LaunchedChild) {
    this.link = new FrameLink(launched, () => this.end());
    this.link.listen((frame) => this.pending.take(frame));
    this.watch = setInterval(() => this.killIfHanging(), HANG_CHECK_MS);
    this.watch.unref();
  }

  /** @throws EngineRefused when onnxruntime does not load, EngineCrashed when the process dies. */
  static async start(): Promise<TokenProcessClient> {
    const client = new TokenProcessClient(await launchProgram(path.join(__dirname, 'token-process')));
    const ready = await client.pending.answer(0, HANG_MS);
    client.described = String(ready.meta['version']);
    return client;
  }

  /** Settles when the process is gone, whatever the reason. */
  get ended(): Promise<void> {
    return this.link.ended;
  }

  get pid(): number {
    return this.launched.child.pid ?? 0;
  }

  /** Package and version of what runs the models. */
  get version(): string {
    return this.described;
  }

  async load({ versionId, graph, source }: TokenArtefact): Promise<void> {
    const bytes = 'bytes' in source ? source.bytes : undefined;
    const meta = { versionId, graph, path: 'path' in source ? source.path : null };
    await this.request(FrameKind.LOAD, meta, bytes);
  }

  async unload(versionId: string): Promise<void> {
    await this.request(FrameKind.UNLOAD, { versionId });
  }

  /** The text in chunks; leaving the iteration, or the signal, ends it in the process as well. */
  async *generate(
    versionId: string,
    request: TokenRequest,
    signal: CancelSignal,
  ): AsyncGenerator<TokenChunk, void> {
    if (this.link.isDead) throw new EngineCrashed('The process that writes text is gone.');
    signal.throwIfAborted();
    const id = this.link.id();
    this.link.send(id, FrameKind.GENERATE, { versionId, request });
    const channel = new ChunkChannel<TokenChunk>();
    const leave = (): void => channel.fail(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    this.pending.add(id, {
      allowedMs: HANG_MS,
      take: ({ kind, meta }) => {
        if (kind === FrameKind.FAILED) return channel.fail(new EngineRefused(String(meta['message'])));
        const chunk = meta as unknown as TokenChunk;
        channel.push(chunk);
        if (chunk.finish) this.pending.remove(id);
      },
      fail: (error) => channel.fail(error),
    });
    try {
      for (;;) {
        const chunk = await channel.next();
        yield chunk;
        if (chunk.finish) return;
      }
    } finally {
      signal.removeEventListener('abort', leave);
      if (this.pending.remove(id)) this.cancel(id);
    }
  }

  /** Waits for a word of it all the same: one that hangs is found out though nobody has the patience to stay. */
  private cancel(id: number): void {
    const heard = (): void => void this.pending.remove(id);
    this.pending.add(id, { allowedMs: HANG_MS, take: heard, fail: () => undefined });
    this.link.send(id, FrameKind.CANCEL, {});
  }

  async close(): Promise<void> {
    this.launched.socket.end();
    await this.link.ended;
  }

  private async request(kind: FrameKind, meta: object, payload?: Uint8Array): Promise<Frame> {
    if (this.link.isDead) throw new EngineCrashed('The process that writes text is gone.');
    const id = this.link.id();
    this.link.send(id, kind, meta, payload);
    return this.pending.answer(id, HANG_MS);
  }

  private end(): void {
    clearInterval(this.watch);
    const why = `The process that writes text died. ${this.launched.lastWords()}`.trim();
    this.pending.failAll(() => new EngineCrashed(why));
  }

  private killIfHanging(): void {
    if (this.pending.isHanging) this.launched.child.kill('SIGKILL');
  }
}
