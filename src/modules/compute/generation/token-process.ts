/**
 * The child process that writes text: `token-process <socket>`. It is another one than that of rows, so that a text
 * that takes seconds never stands in the way of a batch that takes a millisecond, and ends with its parent like that one.
 */
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { FrameKind, FrameReader, encodeFrame, type Frame } from '../process/frame';
import type { StepGraph } from './step-graph';
import type { TokenRequest } from './token-engine';
import { TokenLoop } from './token-loop';

const [socketPath] = process.argv.slice(2) as [string];
const socket = connect(socketPath);
const send = (id: number, kind: FrameKind, meta: object): void => {
  socket.write(encodeFrame(id, kind, meta)[0]);
};
const failed = (id: number, error: unknown): void =>
  send(id, FrameKind.FAILED, { message: error instanceof Error ? error.message : String(error) });

const loop = new TokenLoop({ chunk: (id, chunk) => send(id, FrameKind.TOKENS, chunk), failed });

async function take({ id, kind, meta, payload }: Frame): Promise<void> {
  const { versionId } = meta as { versionId: string };
  switch (kind) {
    case FrameKind.LOAD: {
      const { graph, path } = meta as unknown as { graph: StepGraph; path: string | null };
      await loop.load(versionId, path === null ? payload : await readFile(path), graph);
      return send(id, FrameKind.DONE, {});
    }
    case FrameKind.UNLOAD:
      await loop.unload(versionId);
      return send(id, FrameKind.DONE, {});
    case FrameKind.GENERATE:
      return loop.begin(id, versionId, meta['request'] as TokenRequest);
    case FrameKind.CANCEL:
      loop.cancel(id);
      return send(id, FrameKind.DONE, {});
    default:
      throw new Error(`A frame of kind ${kind} is no request.`);
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
socket.once('close', () => process.exit(0));
const reader = new FrameReader();
socket.on('data', (chunk: Buffer) => {
  for (const frame of reader.push(chunk)) take(frame).catch((error: unknown) => failed(frame.id, error));
});
import('onnxruntime-node').then(
  ({ env }) => send(0, FrameKind.READY, { version: `onnxruntime-node ${env.versions.node ?? ''}`.trim() }),
  (error: unknown) => {
    failed(0, error);
    socket.end();
  },
);
