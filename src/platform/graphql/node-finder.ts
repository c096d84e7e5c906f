/** Objects by their ids alone, whatever their types: one look at each source that an id leads to, as far as the caller may see. */
import { type IdPrefix, prefixOf } from '../../kernel/id';
import type { NodeSource } from '../module';
import type { RequestContext } from './context';

export class NodeFinder {
  private readonly sources: ReadonlyMap<IdPrefix, NodeSource>;

  constructor(sources: readonly NodeSource[]) {
    this.sources = new Map(sources.map((source) => [source.prefix, source]));
  }

  /** By id; what the caller may not see, or is not there, is not in it. */
  async find(ids: readonly string[], context: RequestContext): Promise<Map<string, object>> {
    const found = new Map<string, object>();
    const prefixes = new Set(ids.map(prefixOf));
    await Promise.all(
      [...prefixes].map(async (prefix) => {
        const source = prefix && this.sources.get(prefix);
        if (!source?.allows(context)) return;
        const some = ids.filter((id) => prefixOf(id) === prefix);
        const rows = await source.load(some, context, undefined);
        rows.forEach((row, i) => row && found.set(some[i]!, row));
      }),
    );
    return found;
  }
}
