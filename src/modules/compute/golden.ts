/**
 * The self-test that every engine passes before it is believed: a small fixed network whose answers were worked out
 * by hand in double precision. An engine that loads but computes wrongly (a broken driver, a fallback that says
 * nothing) is refused like one that does not load.
 */
import type { DenseLayer } from './dense-network';
import type { Artefact, Engine } from './engine';
import { denseToOnnx } from './onnx/dense-to-onnx';
import { denseToTfjs } from './tensorflow/tfjs-bundle';

export const GOLDEN_NETWORK: readonly DenseLayer[] = [
  {
    weights: Float32Array.of(0.5, -1, 0.25, 2, 1.5, 0.75, -0.5, 0.125, -0.25, 1, 0.5, -1.5),
    bias: Float32Array.of(0.1, -0.2, 0.3, 0),
    activation: 'relu',
  },
  {
    weights: Float32Array.of(1, -0.5, -0.75, 0.5, 0.25, 1.25, -0.125, 0.375),
    bias: Float32Array.of(0.05, -0.1),
    activation: 'sigmoid',
  },
];

export const GOLDEN_ROWS = Float32Array.of(1, 2, 3, -1, 0.5, 0.25, 0, 0, 0);

/** Row by row; golden.test.ts works them out again in double precision. */
export const GOLDEN_OUTPUTS = [
  0.6654105587468141, 0.8080672135527632, 0.32492048348165603, 0.6150878555160665, 0.5560138905446199,
  0.5560138905446199,
];

/** Half precision on a GPU is far inside it, a wrong layout or a missing activation far outside. */
const TOLERANCE = 1e-3;

const VERSION_ID = 'golden';

function goldenArtefact(): Artefact {
  return {
    versionId: VERSION_ID,
    inputWidth: 3,
    outputWidth: 2,
    files: [
      { format: 'ONNX', source: { bytes: denseToOnnx(GOLDEN_NETWORK) } },
      { format: 'TFJS', source: { bytes: denseToTfjs(GOLDEN_NETWORK) } },
    ],
  };
}

/** @throws Error that says how far off the engine was. */
export async function selfTest(engine: Engine): Promise<void> {
  await engine.load(goldenArtefact());
  const { outputs } = await engine.infer(VERSION_ID, { rows: GOLDEN_ROWS, count: 3 });
  await engine.unload(VERSION_ID);
  const worst = GOLDEN_OUTPUTS.reduce(
    (error, expected, index) => Math.max(error, Math.abs(expected - (outputs[index] ?? NaN))),
    0,
  );
  if (!(worst <= TOLERANCE) || outputs.length !== GOLDEN_OUTPUTS.length) {
    throw new Error(`it computes wrongly: its answers to the self-test are off by ${worst}`);
  }
}
