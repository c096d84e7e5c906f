/**
 * Model versions that answer a constant, made by hand: a test can tell by the answer which version gave it, and needs no
 * training. They are frozen, stored and loaded like any other.
 */
import { type DenseLayer, denseToOnnx, denseToTfjs, EngineKind } from '../../src/modules/compute';
import { DType, ModelTask, type NewModelVersion } from '../../src/modules/models';
import type { World } from './world';

export interface HandMade {
  readonly modelId: string;
  readonly versionId: string;
}

/** The row that every hand-made version takes. */
export const ROW = { age: 40, income: 1.5 };

/** A version of `model` that answers `probability` for every row. */
export async function handMadeVersion(
  world: World,
  probability: number,
  model = 'hand-made',
  { oldest = 120, ...more }: Partial<NewModelVersion> & { readonly oldest?: number } = {},
): Promise<HandMade> {
  const { models } = world.app.modules.models;
  const layer: DenseLayer = {
    weights: new Float32Array(2),
    bias: Float32Array.of(Math.log(probability / (1 - probability))),
    activation: 'sigmoid',
  };
  const artefacts = await models.storeArtefacts([
    { format: 'ONNX', bytes: denseToOnnx([layer]) },
    { format: 'TFJS', bytes: denseToTfjs([layer]) },
  ]);
  const { id: modelId } = await models.ensureModel(model, ModelTask.TABULAR_CLASSIFICATION);
  const { versionId } = await models.addVersion(modelId, {
    engine: EngineKind.ONNX,
    artefacts,
    inputWidth: 2,
    outputWidth: 1,
    signature: {
      inputs: [
        { name: 'age', dtype: DType.FLOAT32, min: 0, max: oldest, optional: false },
        { name: 'income', dtype: DType.FLOAT32, optional: false },
      ],
      outputs: [{ name: 'probability', dtype: DType.FLOAT32, min: 0, max: 1, optional: false }],
      labels: ['no', 'yes'],
    },
    preparation: null,
    warmUp: [
      [40, 1],
      [20, 2],
    ],
    metrics: [],
    evaluation: null,
    exportDifference: null,
    datasetVersionId: null,
    trainingJobId: null,
    ...more,
  });
  return { modelId, versionId };
}

/** A model’s version belongs to whom the model belongs to. */
export async function anotherVersion(world: World, modelId: string): Promise<string> {
  const { versionId: like } = await handMadeVersion(world, 0.25, `like ${modelId}`);
  const { rows } = await world.app.platform.database.servicePool.query<{ id: string }>(
    `insert into model_versions select (jsonb_populate_record(v, jsonb_build_object('id', $2::text, 'model_id', m.id,
       'customer_id', m.customer_id, 'number', 2))).* from model_versions v, models m where v.id = $1 and m.id = $3 returning id`,
    [like, `mdv_${'1'.repeat(26)}`, modelId],
  );
  return rows[0]!.id;
}
