/** Lists are Relay connections: one generic shape, keyset cursors, at most 100 at a time. */
import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { invalidInput } from '../../kernel/errors';
import type { Page } from '../database';

const DEFAULT_PAGE = 25;
const MAX_PAGE = 100;

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: DEFAULT_PAGE, description: `How many, 1–${MAX_PAGE}.` })
  first!: number;

  @Field(() => String, {
    nullable: true,
    description: 'The `endCursor` of the page before; absent = from the start.',
  })
  after?: string | null;

  /** @throws AppError INVALID_INPUT for a page that is empty or too long. */
  check(): void {
    if (this.first < 1 || this.first > MAX_PAGE) {
      throw invalidInput(['first'], `Ask for 1 to ${MAX_PAGE} at a time.`, 'range');
    }
  }
}

@ObjectType({ description: 'Where a page stands in its list.' })
class PageInfo {
  @Field(() => Boolean, { description: 'More follow.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Some came before.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first; null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last; null on an empty page.' })
  endCursor!: string | null;
}

interface Edge<T> {
  cursor: string;
  node: T;
}

export interface Connection<T> {
  nodes: T[];
  edges: Edge<T>[];
  pageInfo: PageInfo;
  totalCount: number | null;
}

/** Base class of a connection type: `@ObjectType({ description }) class CustomerConnection extends connectionOf(Customer) {}`. */
export function connectionOf<T extends object>(Item: ClassType<T>): abstract new () => Connection<T> {
  const name = Item.name;

  @ObjectType(`${name}Edge`, { description: `One ${name} of a page, with its cursor.` })
  class ItemEdge implements Edge<T> {
    @Field(() => String, { description: 'Cursor of this item.' })
    cursor!: string;

    @Field(() => Item, { description: 'The item.' })
    node!: T;
  }

  @ObjectType({ description: `A page of ${name}.` })
  abstract class ItemConnection implements Connection<T> {
    @Field(() => [Item], { description: 'The items of this page.' })
    nodes!: T[];

    @Field(() => [ItemEdge], { description: 'The items with their cursors.' })
    edges!: Edge<T>[];

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    pageInfo!: PageInfo;

    @Field(() => Int, {
      nullable: true,
      description: 'How many there are in all; counted only when asked for.',
    })
    totalCount!: number | null;
  }
  return ItemConnection;
}

/** A page as the API shows it. */
export function toConnection<T>(page: Page<T>): Connection<T> {
  return new PageConnection(page);
}

/**
 * Cursors are written only where a query looks at them. Classes, not literals with getters: V8 keeps the closures of
 * those, and so the rows of each page, until its next full collection.
 */
class PageConnection<T> implements Connection<T> {
  readonly nodes: T[];
  readonly totalCount: number | null;
  readonly pageInfo: PageInfo;

  constructor(private readonly page: Page<T>) {
    this.nodes = page.nodes;
    this.totalCount = page.totalCount;
    this.pageInfo = new PagePosition(page);
  }

  get edges(): Edge<T>[] {
    return this.nodes.map((node, index) => ({ cursor: this.page.cursorAt(index)!, node }));
  }
}

class PagePosition implements PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;

  constructor(private readonly page: Page<unknown>) {
    this.hasNextPage = page.hasNextPage;
    this.hasPreviousPage = page.hasPreviousPage;
  }

  get startCursor(): string | null {
    return this.page.cursorAt(0);
  }

  get endCursor(): string | null {
    return this.page.cursorAt(-1);
  }
}
