/**
 * The door of compute for processes that train: plain numbers and kernels alone. What stands in `index.ts` brings GraphQL
 * and the database along, which a child process would load for nothing.
 */
export { answerOf, type DecisionTree, type TreeNode } from './decision-tree';
export type { DenseLayer } from './dense-network';
export { tfjsBundle } from './tensorflow/tfjs-bundle';
export { registerWasmKernels } from './tensorflow/wasm-kernels';
