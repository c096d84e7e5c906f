export type * from './read';
export { SqlReader } from './sql-reader';
export { inPages } from './portal';
