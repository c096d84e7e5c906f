/** The door of compute: run a model, know the engine, freeze a network. */
export { EngineCrashed, EngineRefused } from './compute.errors';
export { createComputeModule, type ComputeModule } from './compute.module';
export { ComputeService } from './compute.service';
export type { Activation, DenseLayer } from './dense-network';
export {
  EngineKind,
  type Artefact,
  type ArtefactFile,
  type ArtefactFormat,
  type Batch,
  type EngineHealth,
  type EngineInfo,
  type EngineRefusal,
  type Outcome,
} from './engine';
export { EngineInfoType } from './engine-info.type';
export { engineReport } from './engine-report';
export { denseToOnnx } from './onnx/dense-to-onnx';
export { denseToTfjs, readTfjsBundle, type TfjsArtefacts } from './tensorflow/tfjs-bundle';
