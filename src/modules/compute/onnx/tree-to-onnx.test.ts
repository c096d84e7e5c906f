import { createLog } from '../../../platform/log';
import { Metrics } from '../../../platform/metrics';
import { ComputeService } from '../compute.service';
import { answerOf, type DecisionTree } from '../decision-tree';
import { treeToOnnx } from './tree-to-onnx';

const compute = new ComputeService('onnx', createLog({ logLevel: 'silent' }), new Metrics());
beforeAll(() => compute.start());
afterAll(() => compute.stop());

/** Two questions about two numbers, three answers of two numbers. */
const TREE: DecisionTree = {
  inputWidth: 2,
  outputWidth: 2,
  nodes: [
    { feature: 1, threshold: 0.5, left: 1, right: 2 },
    { answer: [0.25, 0.75] },
    { feature: 0, threshold: Math.fround(-1.1), left: 3, right: 4 },
    { answer: [1, 0] },
    { answer: [0.125, 0.875] },
  ],
};

test('the engine answers every row as the tree does, on its thresholds too', async () => {
  const rows = [
    [0, 0.5],
    [0, 0.5000001],
    [Math.fround(-1.1), 2],
    [-1.2, 3],
    [-1, 1],
    [9, -9],
  ];
  const file = { format: 'ONNX' as const, source: { bytes: treeToOnnx(TREE) } };
  await compute.load({ versionId: 'mdv_tree', inputWidth: 2, outputWidth: 2, files: [file] });
  const { outputs } = await compute.infer('mdv_tree', {
    rows: Float32Array.from(rows.flat()),
    count: rows.length,
  });
  expect([...outputs]).toEqual(rows.flatMap((row) => answerOf(TREE, Float32Array.from(row))));
});

test('equal trees have equal bytes', () => {
  expect(treeToOnnx(TREE)).toEqual(treeToOnnx(structuredClone(TREE)));
});
