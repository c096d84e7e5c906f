import { createLog } from '../../../platform/log';
import { Metrics } from '../../../platform/metrics';
import { ComputeService } from '../compute.service';
import { EngineKind, type ArtefactFile } from '../engine';
import { tfjsBundle, type GraphInterface } from './tfjs-bundle';

const compute = new ComputeService('auto', createLog({ logLevel: 'silent' }), new Metrics());
beforeAll(() => compute.start());
afterAll(() => compute.stop());

type Attributes = Record<string, unknown>;

const FLOAT = { type: 'DT_FLOAT' };
const INT = { type: 'DT_INT32' };
const op = (name: string, kind: string, input: string[], attr: Attributes = {}) => ({
  name,
  op: kind,
  input,
  attr,
});
const placeholder = (name: string, dtype: object) => op(name, 'Placeholder', [], { dtype });

/** Constants lie in the weights; each is one row of numbers. */
function bundleOf(
  nodes: object[],
  constants: { name: string; shape: number[]; data: Float32Array | Int32Array }[],
  graph: GraphInterface,
): ArtefactFile {
  const consts = constants.map(({ name, data }) =>
    op(name, 'Const', [], { dtype: data instanceof Int32Array ? INT : FLOAT }),
  );
  const bytes = tfjsBundle({
    modelTopology: { node: [...consts, ...nodes], library: {}, versions: {} },
    weightSpecs: constants.map(({ name, shape, data }) => ({
      name,
      shape,
      dtype: data instanceof Int32Array ? 'int32' : 'float32',
    })),
    weightData: Buffer.concat(constants.map(({ data }) => Buffer.from(data.buffer))),
    graph,
  });
  return { format: 'TFJS_GRAPH', source: { bytes } };
}

test('a graph of one tensor answers row by row, on an engine that reads graphs', async () => {
  const kernel = { name: 'kernel', shape: [4, 2], data: Float32Array.of(1, 0, 0, 1, 2, 0, 0, 2) };
  const shape = { name: 'flat', shape: [2], data: Int32Array.of(-1, 4) };
  const file = bundleOf(
    [
      placeholder('picture', FLOAT),
      op('reshaped', 'Reshape', ['picture', 'flat']),
      op('y', 'MatMul', ['reshaped', 'kernel'], { transpose_a: { b: false }, transpose_b: { b: false } }),
    ],
    [kernel, shape],
    { rows: 'TENSOR', input: 'picture', shape: [2, 2] },
  );
  const engine = await compute.load({ versionId: 'mdv_graph', inputWidth: 4, outputWidth: 2, files: [file] });
  expect(engine.kind).toBe(EngineKind.TENSORFLOW);
  const { outputs } = await compute.infer('mdv_graph', {
    rows: Float32Array.of(1, 2, 3, 4, 0, 0, 0, 1),
    count: 2,
  });
  expect([...outputs]).toEqual([7, 10, 0, 2]);
});

/** Sums the ids of each row: what is padded must not be seen. */
const TOKENS = bundleOf(
  [
    placeholder('values', INT),
    placeholder('indices', INT),
    op('last', 'Max', ['indices', 'axis'], { keep_dims: { b: false } }),
    op('size', 'AddV2', ['last', 'one']),
    op('dense', 'SparseToDense', ['indices', 'size', 'values', 'zero']),
    op('floats', 'Cast', ['dense'], { SrcT: INT, DstT: FLOAT }),
    op('y', 'Sum', ['floats', 'columns'], { keep_dims: { b: true } }),
  ],
  [
    { name: 'axis', shape: [1], data: Int32Array.of(0) },
    { name: 'columns', shape: [1], data: Int32Array.of(1) },
    { name: 'one', shape: [], data: Int32Array.of(1) },
    { name: 'zero', shape: [], data: Int32Array.of(0) },
  ],
  { rows: 'TOKENS', values: 'values', indices: 'indices', output: 'y' },
);

test('token ids padded with −1 reach a graph as the sparse matrix that it takes', async () => {
  await compute.load({ versionId: 'mdv_tokens', inputWidth: 4, outputWidth: 1, files: [TOKENS] });
  const rows = Float32Array.of(5, 7, 11, -1, 3, -1, -1, -1, 1, 2, 3, 4);
  const { outputs } = await compute.infer('mdv_tokens', { rows, count: 3 });
  expect([...outputs]).toEqual([23, 3, 10]);
});

test('a row without a token is refused: the graph would answer one row less', async () => {
  await compute.load({ versionId: 'mdv_empty', inputWidth: 2, outputWidth: 1, files: [TOKENS] });
  const rows = Float32Array.of(5, 7, -1, -1);
  await expect(compute.infer('mdv_empty', { rows, count: 2 })).rejects.toThrow('Row 1 has no token.');
});
