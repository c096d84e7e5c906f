/**
 * One request after the other, in the order in which they came: the device does one thing at a time anyway, and a
 * cancelled request that still waits is skipped before it costs anything.
 */
import { isDeviceLost, NonsenseAnswer } from '../engine-faults';
import type { Artefact, ArtefactFile, Engine, EngineInfo } from '../engine';
import { FrameKind, bytesOf, floatsOf, type Frame } from './frame';

type Send = (id: number, kind: FrameKind, meta: object, payload?: Uint8Array) => void;

/** How an artefact's bytes travel: all files one after the other in the payload, each with its length. */
export type WireFile = { readonly format: ArtefactFile['format'] } & (
  { readonly path: string } | { readonly length: number }
);

interface LoopDoors {
  readonly engine: Engine;
  readonly send: Send;
  /** With what the ladder refused. */
  readonly described: (info: EngineInfo) => EngineInfo;
  /** Nothing that is loaded works any more. */
  readonly lost: (why: string) => void;
}

export class RequestLoop {
  private tail: Promise<void> = Promise.resolve();
  private readonly cancelled = new Set<number>();
  private readonly waiting = new Set<number>();

  constructor(private readonly doors: LoopDoors) {}

  take(frame: Frame): void {
    if (frame.kind === FrameKind.CANCEL) {
      if (this.waiting.has(frame.id)) this.cancelled.add(frame.id);
      return;
    }
    this.waiting.add(frame.id);
    this.tail = this.tail.then(() => this.answer(frame));
  }

  private async answer(frame: Frame): Promise<void> {
    this.waiting.delete(frame.id);
    const { send, lost } = this.doors;
    // Nobody waits for it, but the parent counts what is still here.
    if (this.cancelled.delete(frame.id)) return send(frame.id, FrameKind.FAILED, { message: 'cancelled' });
    try {
      await this.perform(frame);
    } catch (error) {
      if (isDeviceLost(error)) return lost((error as Error).message);
      send(frame.id, FrameKind.FAILED, {
        message: error instanceof Error ? error.message : String(error),
        ...(error instanceof NonsenseAnswer && { nonsense: true }),
      });
    }
  }

  private async perform({ id, kind, meta, payload }: Frame): Promise<void> {
    const { engine, send, described } = this.doors;
    switch (kind) {
      case FrameKind.INFER: {
        const { versionId, count } = meta as { versionId: string; count: number };
        const outcome = await engine.infer(versionId, { rows: floatsOf(payload), count });
        send(id, FrameKind.DONE, { deviceMs: outcome.deviceMs }, bytesOf(outcome.outputs));
        return;
      }
      case FrameKind.LOAD:
        send(id, FrameKind.DONE, described(await engine.load(artefactOf(meta, payload))));
        return;
      case FrameKind.UNLOAD:
        await engine.unload((meta as { versionId: string }).versionId);
        send(id, FrameKind.DONE, {});
        return;
      case FrameKind.HEALTH:
        send(id, FrameKind.DONE, await engine.health());
        return;
      default:
        throw new Error(`A frame of kind ${kind} is no request.`);
    }
  }
}

function artefactOf(meta: Record<string, unknown>, payload: Buffer): Artefact {
  const { files, ...rest } = meta as unknown as Omit<Artefact, 'files'> & { files: WireFile[] };
  let at = 0;
  return {
    ...rest,
    files: files.map((file) => {
      if ('path' in file) return { format: file.format, source: { path: file.path } };
      const bytes = payload.subarray(at, at + file.length);
      at += file.length;
      return { format: file.format, source: { bytes } };
    }),
  };
}
