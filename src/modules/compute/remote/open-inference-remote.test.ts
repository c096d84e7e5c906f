/** What servers of the Open Inference Protocol say of their models and answer, as far as it can be taken for numbers by rows. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeRemote, inferByOpenInference, type OpenInferenceTarget } from './open-inference-remote';
import { RemoteHttp } from './remote-http';

const wire = new RemoteHttp();
let server: http.Server;
let target: OpenInferenceTarget;
/** What the server answers, whatever it is asked, and the head of what it was asked last. */
let answer: object;
let asked: unknown;

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const end = Number(request.headers['inference-header-content-length'] ?? 0);
      if (end > 0) asked = JSON.parse(Buffer.concat(pieces).toString('utf8', 0, end));
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  target = { url, model: 'any', headers: {} };
});

afterAll(async () => {
  wire.close();
  await new Promise((resolve) => server.close(resolve));
});

const FP32 = { name: 'x', datatype: 'FP32' };
const outputs = [{ ...FP32, shape: [-1, 1] }];
const described = (shape: readonly number[]) => {
  answer = { inputs: [{ ...FP32, shape }], outputs };
  return describeRemote(wire, target);
};

test.each([[[-1, -1]], [[-1, -1, -1]], [[-1, -2, -3]], [[-1, 0]]])(
  'rows of the shape %j have no fixed width',
  async (shape) => {
    await expect(described(shape)).rejects.toThrow('no fixed width');
  },
);

test.each([
  [[-1], [2]],
  [
    [-1, 6],
    [2, 6],
  ],
  [
    [-1, 2, 3],
    [2, 2, 3],
  ],
])('rows of the shape %j are sent in it', async (shape, sent) => {
  const { inputs, outputs: own } = await described(shape);
  answer = { outputs: [{ ...FP32, shape: [2, 1], data: [1, 2] }] };
  const rows = new Float32Array(2 * inputs[0]!.width);
  const numbers = await inferByOpenInference(wire, target, { inputs, outputs: own }, { rows, count: 2 });
  expect([...numbers]).toEqual([1, 2]);
  expect(asked).toMatchObject({ inputs: [{ shape: sent }] });
});

test.each([
  ['nothing, as JSON says what is no number', null],
  ['words', '1'],
  ['a truth', true],
  ['more than 32 bits hold', 1e39],
])('%s is no number', async (_what, value) => {
  answer = { outputs: [{ ...FP32, shape: [1, 1], data: [value] }] };
  const shape = { inputs: [{ ...FP32, width: 1 }], outputs: [{ ...FP32, width: 1 }] };
  await expect(
    inferByOpenInference(wire, target, shape, { rows: new Float32Array(1), count: 1 }),
  ).rejects.toThrow('finite numbers');
});
