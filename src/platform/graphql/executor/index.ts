export { createExecutor, type ExecutionRequest, type Executor } from './executor';
export { SerializedData, stringifyResult } from './serialized-data';
