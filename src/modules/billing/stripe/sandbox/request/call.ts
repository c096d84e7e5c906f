/** One call of an operation, and what an operation is. */
import type { Parameters } from './parameters';

export interface Call {
  /** What the path names: `{ id: 'cus_…' }`. */
  readonly path: Readonly<Record<string, string>>;
  readonly parameters: Parameters;
  /** Unix seconds on the sandbox's own clock; a customer on a test clock has another time. */
  readonly at: number;
}

export interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `/v1/customers/:id` */
  readonly path: string;
  run(call: Call): Promise<object>;
}
