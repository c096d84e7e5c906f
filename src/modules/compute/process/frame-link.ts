/**
 * The wire to one child process: frames out, frames in, ids, and its end. What the frames mean, and who waits for which, is
 * the business of the client on top.
 */
import type { LaunchedChild } from './engine-launch';
import { encodeFrame, type Frame, type FrameKind, FrameReader } from './frame';

const LAST_ID = 0xffff_ffff;

export class FrameLink {
  /** Settles when the process is gone, whatever the reason. */
  readonly ended: Promise<void>;
  private next = 1;
  private gone = false;

  /** @param onEnd called after `ended` has settled: who sends its request again must already find the next process. */
  constructor(
    private readonly launched: LaunchedChild,
    onEnd: () => void,
  ) {
    const { socket, child } = launched;
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        child.kill('SIGKILL');
        this.gone = true;
        resolve();
        onEnd();
      });
    });
    socket.on('error', () => socket.destroy());
  }

  get isDead(): boolean {
    return this.gone;
  }

  /** An id that no request under way has. */
  id(): number {
    const id = this.next;
    this.next = id === LAST_ID ? 1 : id + 1;
    return id;
  }

  /** Head and payload leave as one packet; nothing leaves for a process that is gone. @throws FrameError for more than a frame holds. */
  send(id: number, kind: FrameKind, meta: object, payload?: Uint8Array): void {
    const { socket } = this.launched;
    if (socket.destroyed) return;
    const [head, body] = encodeFrame(id, kind, meta, payload);
    socket.cork();
    socket.write(head);
    if (body.byteLength > 0) socket.write(body);
    socket.uncork();
  }

  /** Reads frames from now on; a stream that is not ours ends the process. */
  listen(take: (frame: Frame) => void): void {
    const { socket } = this.launched;
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk).forEach(take);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
  }
}
