import type { Engine, EngineInfo } from '../engine';
import { FrameKind, bytesOf, type Frame } from './frame';
import { RequestLoop } from './request-loop';

const frame = (id: number, kind: FrameKind, meta: Record<string, unknown>): Frame => ({
  id,
  kind,
  meta,
  payload: Buffer.from(bytesOf(Float32Array.of(id))),
});

const described = (info: EngineInfo) => info;
const lost = (why: string) => {
  throw new Error(why);
};

test('a cancelled request that still waits never reaches the device; its neighbours do', async () => {
  const ran: number[] = [];
  const answered: number[] = [];
  const engine = {
    infer: (_version: string, batch: { rows: Float32Array }) => {
      ran.push(batch.rows[0]!);
      return Promise.resolve({ outputs: batch.rows, deviceMs: 1 });
    },
  } as unknown as Engine;
  await new Promise<void>((resolve) => {
    const send = (id: number, kind: FrameKind) => {
      if (kind === FrameKind.DONE) answered.push(id);
      if (id === 3) resolve();
    };
    const loop = new RequestLoop({ engine, send, described, lost });
    for (const id of [1, 2, 3]) loop.take(frame(id, FrameKind.INFER, { versionId: 'v', count: 1 }));
    loop.take(frame(2, FrameKind.CANCEL, {}));
  });
  expect(ran).toEqual([1, 3]);
  expect(answered).toEqual([1, 3]);
});

test('an error of the engine is answered in words and does not stop the loop', async () => {
  const replies: [number, FrameKind, object][] = [];
  const engine = {
    unload: (versionId: string) =>
      versionId === 'bad' ? Promise.reject(new Error('no such version')) : Promise.resolve(),
  } as unknown as Engine;
  await new Promise<void>((resolve) => {
    const send = (id: number, kind: FrameKind, meta: object) => {
      replies.push([id, kind, meta]);
      if (id === 2) resolve();
    };
    const loop = new RequestLoop({ engine, send, described, lost });
    loop.take(frame(1, FrameKind.UNLOAD, { versionId: 'bad' }));
    loop.take(frame(2, FrameKind.UNLOAD, { versionId: 'good' }));
  });
  expect(replies).toEqual([
    [1, FrameKind.FAILED, { message: 'no such version' }],
    [2, FrameKind.DONE, {}],
  ]);
});
