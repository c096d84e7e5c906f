/** DataLoaders live as long as one request, of several mutations one: declared once per module, made on first use in it. */
import DataLoader from 'dataloader';
import type { RequestContext } from './context';

/** Where the loaders of a request are kept since its last mutation. */
const places = new WeakMap<RequestContext, object>();

/** Something was changed: what a request has read before is read anew. */
export function forgetLoaded(context: RequestContext): void {
  places.set(context, {});
}

/**
 * Declares a loader. `batch` answers one value (or null) for each key, in the order of the keys.
 * Use: `const customerById = defineLoader<string, Customer | null>((ids, context) => …)` and `customerById(context).load(id)`.
 */
export function defineLoader<K, V>(
  batch: (keys: readonly K[], context: RequestContext) => Promise<readonly (V | Error)[]>,
): (context: RequestContext) => DataLoader<K, V> {
  const loaders = new WeakMap<object, DataLoader<K, V>>();
  return (context) => {
    const place = places.get(context) ?? context;
    let loader = loaders.get(place);
    if (!loader) {
      loader = new DataLoader<K, V>((keys) => batch(keys, context), { maxBatchSize: 1000 });
      loaders.set(place, loader);
    }
    return loader;
  };
}

/** Puts rows in the order of their keys, null where there is none. */
export function inOrder<K, V>(keys: readonly K[], rows: readonly V[], keyOf: (row: V) => K): (V | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** Groups rows under their keys, an empty list where there is none. */
export function groupedInOrder<K, V>(keys: readonly K[], rows: readonly V[], keyOf: (row: V) => K): V[][] {
  const byKey = new Map<K, V[]>(keys.map((key) => [key, []]));
  for (const row of rows) byKey.get(keyOf(row))?.push(row);
  return keys.map((key) => byKey.get(key)!);
}
