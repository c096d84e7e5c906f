/**
 * The child process: `engine-process <socket> <json: EngineProcessArguments>`. It connects to the socket of its
 * parent, climbs the ladder, says what it found, and answers frames one after the other until the socket closes,
 * which is also how it learns that its parent died.
 */
import { connect } from 'node:net';
import { NoEngineError, type Rung } from '../ladder';
import { openRung } from '../rungs';
import { EngineHost } from './engine-host';
import type { EngineProcessArguments } from './engine-process-arguments';
import { FrameKind, FrameReader, encodeFrame } from './frame';
import { RequestLoop } from './request-loop';

const [socketPath, json] = process.argv.slice(2) as [string, string];
const { choice, known } = JSON.parse(json) as EngineProcessArguments;

const socket = connect(socketPath);
const send = (id: number, kind: FrameKind, meta: object, payload?: Uint8Array): void => {
  const [head, body] = encodeFrame(id, kind, meta, payload);
  socket.cork();
  socket.write(head);
  if (body.byteLength > 0) socket.write(body);
  socket.uncork();
};

function attempt(rung: Rung) {
  send(0, FrameKind.TRYING, { rung: rung.name });
  return openRung(rung);
}

async function main(): Promise<void> {
  const host = await EngineHost.open({ choice, attempt, known: new Map(Object.entries(known)) });
  const loop = new RequestLoop(host, send);
  const reader = new FrameReader();
  socket.on('data', (chunk: Buffer) => {
    for (const frame of reader.push(chunk)) loop.take(frame);
  });
  send(0, FrameKind.READY, { info: host.info() });
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
