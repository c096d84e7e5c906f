export type * from './read';
export { SqlReader, type SqlReaderSettings } from './sql-reader';
