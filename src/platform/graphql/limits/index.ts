export { Cost } from './measure';
export { type CostReport, LIMITS, OperationLimits, tooCostly } from './operation-limits';
