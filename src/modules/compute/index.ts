/** The door of compute: run a model, know the engine, freeze a network. */
export { EngineRefused, EngineStartError } from './compute.errors';
export { createComputeModule, type ComputeModule } from './compute.module';
export { ComputeService } from './compute.service';
export type { DenseLayer } from './dense-network';
export {
  EngineKind,
  type Artefact,
  type ArtefactFile,
  type ArtefactFormat,
  type Batch,
  type EngineInfo,
  type EngineRefusal,
  type Outcome,
} from './engine';
export { EngineInfoType } from './engine-info.type';
export { engineReport } from './engine-report';
export { denseToOnnx } from './onnx/dense-to-onnx';
export { treeToOnnx } from './onnx/tree-to-onnx';
export { type ModelShape, NO_TENSOR, type TensorShape } from './model-shape';
export { compressWeights } from './onnx/compress-weights';
export { layersToOnnx } from './onnx/layers-to-onnx';
export { keepOutputs } from './onnx/keep-outputs';
export { describeOnnx } from './onnx/onnx-description';
export { type ModelFiles, joinedModel } from './tensorflow/model-files';
export {
  denseToTfjs,
  readTfjsBundle,
  type GraphInterface,
  tfjsBundle,
  type TfjsModel,
  weightsOfBundle,
} from './tensorflow/tfjs-bundle';
export { denseOfBundle } from './tensorflow/dense-of-bundle';
export { MOST_AT_ONCE } from './process/batch-parts';
export { addressFault } from './remote/remote-address';
export {
  type RemoteReference,
  type RemoteTensor,
  SECRET_PURPOSE,
  secretContext,
} from './remote/remote-reference';
export { RemoteService } from './remote/remote.service';
export type { StepGraph } from './generation/step-graph';
export type { TextEngineService } from './generation/text-engine.service';
export type { ChatMessage, TokenChunk, TokenRequest } from './generation/token-engine';
