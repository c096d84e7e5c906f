import { FrameError, FrameKind, FrameReader, bytesOf, encodeFrame, floatsOf } from './frame';

const whole = (...args: Parameters<typeof encodeFrame>) => Buffer.concat(encodeFrame(...args));

test('a frame comes back as it was sent', () => {
  const rows = Float32Array.of(1.5, -2, 3e-7);
  const [frame] = new FrameReader().push(whole(7, FrameKind.INFER, { versionId: 'mdv_ü' }, bytesOf(rows)));
  expect(frame).toMatchObject({ id: 7, kind: FrameKind.INFER, meta: { versionId: 'mdv_ü' } });
  expect(floatsOf(frame!.payload)).toEqual(rows);
});

test('frames that arrive byte by byte, or several at once, are cut apart at the right places', () => {
  const stream = Buffer.concat([
    whole(1, FrameKind.LOAD, { a: 1 }),
    whole(2, FrameKind.INFER, { b: 'two' }, bytesOf(Float32Array.of(1, 2))),
    whole(3, FrameKind.DONE, {}),
  ]);
  const reader = new FrameReader();
  const slowly = [...stream].flatMap((byte) => reader.push(Buffer.of(byte)));
  expect(slowly.map(({ id, meta }) => ({ id, meta }))).toEqual(
    new FrameReader().push(stream).map(({ id, meta }) => ({ id, meta })),
  );
  expect(slowly.map((frame) => frame.id)).toEqual([1, 2, 3]);
  expect(floatsOf(slowly[1]!.payload)).toEqual(Float32Array.of(1, 2));
});

test('a frame of 32 MB in chunks of 64 KB is read without joining again for each chunk', () => {
  const rows = Float32Array.from({ length: 8 << 20 }, (_, index) => index % 1000);
  const stream = whole(9, FrameKind.INFER, {}, bytesOf(rows));
  const reader = new FrameReader();
  const frames = [];
  for (let at = 0; at < stream.length; at += 65536)
    frames.push(...reader.push(stream.subarray(at, at + 65536)));
  expect(frames).toHaveLength(1);
  expect(Buffer.compare(frames[0]!.payload, Buffer.from(bytesOf(rows)))).toBe(0);
});

test('bytes that are no frame are refused in words', () => {
  expect(() => new FrameReader().push(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toThrow(FrameError);
  const wrongVersion = whole(1, FrameKind.DONE, {});
  wrongVersion.writeUInt8(9, 9);
  expect(() => new FrameReader().push(wrongVersion)).toThrow('version 9');
  expect(() => floatsOf(Buffer.alloc(6))).toThrow('6 bytes');
});
