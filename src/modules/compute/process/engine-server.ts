/**
 * Serves one engine on the socket of the parent, until the socket closes, which is also how the process learns that its
 * parent died. An engine whose device is gone ends the process: only a new one finds the device again.
 */
import { connect } from 'node:net';
import type { Engine, EngineInfo, EngineRefusal } from '../engine';
import { NoEngineError } from '../ladder';
import { FrameKind, FrameReader, encodeFrame } from './frame';
import { RequestLoop } from './request-loop';

/** Opens the engine; says which rung is about to be tried, because it may take the process with it. */
type Open = (trying: (rung: string) => void) => Promise<{
  readonly engine: Engine;
  readonly refused: readonly EngineRefusal[];
}>;

const DEVICE_LOST = 70;

export function serveEngine(socketPath: string, open: Open): void {
  const socket = connect(socketPath);
  const send = (id: number, kind: FrameKind, meta: object, payload?: Uint8Array): void => {
    const [head, body] = encodeFrame(id, kind, meta, payload);
    socket.cork();
    socket.write(head);
    if (body.byteLength > 0) socket.write(body);
    socket.uncork();
  };
  const lost = (why: string): never => {
    process.stderr.write(`The device is lost: ${why}\n`);
    process.exit(DEVICE_LOST);
  };

  async function main(): Promise<void> {
    const { engine, refused } = await open((rung) => send(0, FrameKind.TRYING, { rung }));
    const described = (info: EngineInfo): EngineInfo => ({ ...info, refused });
    void engine.lost?.then(lost);
    const loop = new RequestLoop({ engine, described, send, lost });
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) loop.take(frame);
    });
    send(0, FrameKind.READY, { info: described(engine.info()) });
  }

  // Ctrl-C and a supervisor's SIGTERM reach the whole group; the parent decides when its engine ends, after the last answer.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  socket.once('close', () => process.exit(0));
  socket.once('connect', () => {
    main().catch((error: unknown) => {
      const refused = error instanceof NoEngineError ? error.refused : [];
      send(0, FrameKind.READY, { error: error instanceof Error ? error.message : String(error), refused });
      socket.end();
    });
  });
}
