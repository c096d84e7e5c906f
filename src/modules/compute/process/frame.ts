/**
 * Binary frames between the service and its engine process. JSON over the same socket costs 16 ms for a batch that
 * takes 0.1 ms this way, so numbers travel as the bytes they are. All integers are little-endian:
 *
 *     0   u32   length of the frame in bytes, these sixteen included
 *     4   u32   id of the request; the reply repeats it
 *     8   u8    kind (FrameKind)
 *     9   u8    version of this format
 *     10  u16   zero
 *     12  u32   length of the meta data, padded with spaces to a multiple of four
 *     16        meta data: a JSON object in UTF-8
 *     …         payload: float32 rows of a batch, or the bytes of an artefact
 */
const HEADER_BYTES = 16;
const FORMAT_VERSION = 1;
const MAX_FRAME_BYTES = 1 << 28;

export enum FrameKind {
  /** Child → parent, unasked: which rung it is about to try. */
  TRYING = 1,
  /** Child → parent, unasked: the ladder is climbed; meta data: EngineInfo, or why there is none. */
  READY = 2,
  LOAD = 10,
  INFER = 11,
  UNLOAD = 12,
  HEALTH = 13,
  /** Parent → child: nobody waits for this request any more. No reply. */
  CANCEL = 14,
  /** Parent → child: write a text; answered by any number of TOKENS. */
  GENERATE = 15,
  DONE = 20,
  FAILED = 21,
  /** Child → parent: a piece of a text; meta data: TokenChunk. */
  TOKENS = 22,
}

export interface Frame {
  readonly id: number;
  readonly kind: FrameKind;
  readonly meta: Record<string, unknown>;
  readonly payload: Buffer;
}

export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** The frame's head and its payload, apart, so that a large batch is handed to the socket without a copy. */
export function encodeFrame(
  id: number,
  kind: FrameKind,
  meta: object,
  payload: Uint8Array = new Uint8Array(0),
): [Buffer, Uint8Array] {
  const json = JSON.stringify(meta);
  const metaBytes = Math.ceil(Buffer.byteLength(json) / 4) * 4;
  const length = HEADER_BYTES + metaBytes + payload.byteLength;
  if (length > MAX_FRAME_BYTES) {
    throw new FrameError(`A frame of ${length} bytes is over the limit of ${MAX_FRAME_BYTES}.`);
  }
  const head = Buffer.alloc(HEADER_BYTES + metaBytes, ' ');
  head.writeUInt32LE(length, 0);
  head.writeUInt32LE(id, 4);
  head.writeUInt8(kind, 8);
  head.writeUInt8(FORMAT_VERSION, 9);
  head.writeUInt16LE(0, 10);
  head.writeUInt32LE(metaBytes, 12);
  head.write(json, HEADER_BYTES, 'utf8');
  return [head, payload];
}

/** Cuts a byte stream into frames, however the socket delivers it. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private held = 0;

  /** Answers the frames that are complete with this chunk. @throws FrameError when the stream is not ours. */
  push(chunk: Buffer): Frame[] {
    this.chunks.push(chunk);
    this.held += chunk.length;
    const frames: Frame[] = [];
    for (let bytes = this.take(); bytes; bytes = this.take()) frames.push(decode(bytes));
    return frames;
  }

  /** The bytes of the next frame; chunks are joined once a frame is whole, never again for each chunk of a large one. */
  private take(): Buffer | undefined {
    if (this.held < HEADER_BYTES) return undefined;
    if (this.chunks[0]!.length < HEADER_BYTES) this.join();
    const length = this.chunks[0]!.readUInt32LE(0);
    const version = this.chunks[0]!.readUInt8(9);
    if (version !== FORMAT_VERSION) throw new FrameError(`A frame is of version ${version}.`);
    if (length < HEADER_BYTES || length > MAX_FRAME_BYTES) {
      throw new FrameError(`A frame says that it is ${length} bytes long.`);
    }
    if (this.held < length) return undefined;
    if (this.chunks[0]!.length < length) this.join();
    const whole = this.chunks[0]!;
    this.chunks[0] = whole.subarray(length);
    if (this.chunks[0].length === 0) this.chunks.shift();
    this.held -= length;
    return whole.subarray(0, length);
  }

  private join(): void {
    this.chunks = [Buffer.concat(this.chunks, this.held)];
  }
}

function decode(bytes: Buffer): Frame {
  const payloadAt = HEADER_BYTES + bytes.readUInt32LE(12);
  if (payloadAt > bytes.length) throw new FrameError('The meta data of a frame is longer than the frame.');
  return {
    id: bytes.readUInt32LE(4),
    kind: bytes.readUInt8(8),
    meta: JSON.parse(bytes.toString('utf8', HEADER_BYTES, payloadAt)) as Record<string, unknown>,
    payload: bytes.subarray(payloadAt),
  };
}

export function bytesOf(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** The payload as numbers: in place where the memory is aligned, copied where it is not. */
export function floatsOf(payload: Buffer): Float32Array {
  if (payload.length % 4 !== 0)
    throw new FrameError(`${payload.length} bytes are no row of float32 numbers.`);
  if (payload.byteOffset % 4 === 0) {
    return new Float32Array(payload.buffer, payload.byteOffset, payload.length / 4);
  }
  const aligned = Uint8Array.from(payload);
  return new Float32Array(aligned.buffer);
}
