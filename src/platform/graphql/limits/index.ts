export { type CostReport, LIMITS, OperationLimits, tooCostly } from './operation-limits';
export type { CostExtensions } from './measure';
