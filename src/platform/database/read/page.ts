/** A page as the reader answers it. Cursors are written only when somebody looks at them: most pages need one, not 100. */
import { encodeCursor } from './cursor';
import type { Page } from './read';

export class KeysetPage<T> implements Page<T> {
  readonly nodes: T[];
  readonly hasNextPage: boolean;

  /** `rows` holds one more than `first` when there is a next page. */
  constructor(
    rows: T[],
    first: number,
    private readonly property: string,
    readonly hasPreviousPage: boolean,
    readonly totalCount: number | null,
  ) {
    this.hasNextPage = rows.length > first;
    if (this.hasNextPage) rows.length = first;
    this.nodes = rows;
  }

  cursorAt(index: number): string | null {
    const row = this.nodes.at(index) as Record<string, unknown> | undefined;
    if (!row) return null;
    const value = row[this.property];
    return encodeCursor({
      value: value === null || value === undefined ? null : String(value),
      id: String(row['id']),
    });
  }
}
