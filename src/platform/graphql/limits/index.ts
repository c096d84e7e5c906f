export { Cost } from './measure';
export { type CostReport, LIMITS, type LimitSettings, OperationLimits, tooCostly } from './operation-limits';
