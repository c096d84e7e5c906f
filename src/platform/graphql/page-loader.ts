/**
 * A list within a list: `customers { nodes { members { … } } }` asks for the members of all customers in one statement.
 * Siblings share arguments and selection, because they are one field of the query; only their parents differ.
 */
import DataLoader from 'dataloader';
import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { Database, EntityClass, OrderBy, Page, Selection, Where } from '../database';
import { type Connection, type PageArgs, toConnection } from './connection';
import type { RequestContext } from './context';
import { selectionOf, wantsTotalCount } from './selection';

export interface ListWithin<T> {
  readonly entity: EntityClass<T>;
  /** What names the parent in a row of the list: `{ customerId: id }`. The same properties for every sibling. */
  readonly within: Readonly<Record<string, string>>;
  /** The same for every sibling, as `orderBy` and `selection` are. */
  readonly where?: Where;
  readonly orderBy?: OrderBy;
  /** Absent = what the query asks for. */
  readonly selection?: Selection;
  readonly page: PageArgs;
}

type Loader = DataLoader<readonly string[], Page<object>, string>;
const loaders = new WeakMap<RequestContext, WeakMap<readonly FieldNode[], Loader>>();

/** The page of one parent, read together with those of its siblings, in the caller's scope. */
export async function pageWithin<T extends object>(
  { read }: Pick<Database, 'read'>,
  { entity, within, where, orderBy, selection = {}, page }: ListWithin<T>,
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<Connection<T>> {
  const properties = Object.keys(within);
  const make = (): Loader =>
    new DataLoader<readonly string[], Page<object>, string>(
      async (keys) => {
        const { scope } = context;
        const count = wantsTotalCount(info);
        const asked = { scope, orderBy, selection: { ...selectionOf(info), ...selection }, ...page, count };
        const [only] = keys;
        const asksTwice = properties.some((property) => where?.[property] !== undefined);
        if (keys.length > 1 || asksTwice || !only)
          return read.pages<object>(entity, { ...asked, where, by: properties, keys });
        const own = Object.fromEntries(properties.map((property, i) => [property, only[i]]));
        return [await read.page<object>(entity, { ...asked, where: { ...where, ...own } })];
      },
      { cacheKeyFn: (key) => key.join('\n') },
    );
  const loader = loaderOf(context, info.fieldNodes, make);
  return toConnection((await loader.load(properties.map((property) => within[property]!))) as Page<T>);
}

function loaderOf(context: RequestContext, nodes: readonly FieldNode[], make: () => Loader): Loader {
  let ofRequest = loaders.get(context);
  if (!ofRequest) loaders.set(context, (ofRequest = new WeakMap()));
  let loader = ofRequest.get(nodes);
  if (!loader) ofRequest.set(nodes, (loader = make()));
  return loader;
}
