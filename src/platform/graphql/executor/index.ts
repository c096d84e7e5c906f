export { createExecutor, type Executor } from './executor';
export { SerializedData, stringifyResult } from './serialized-data';
