/**
 * Flags as a graph: an arrow from each to those that it requires. Pure: which way leads in a circle, how long the longest
 * chain is, and who depends on whom.
 */
export interface FlagNode {
  readonly id: string;
  readonly key: string;
  readonly prerequisites: readonly { readonly flagId: string }[];
}

export class FlagGraph<T extends FlagNode> {
  private readonly nodes: ReadonlyMap<string, T>;
  private readonly dependants = new Map<string, T[]>();

  constructor(nodes: Iterable<T>) {
    this.nodes = new Map([...nodes].map((node) => [node.id, node]));
    for (const node of this.nodes.values())
      for (const { flagId } of node.prerequisites) {
        const others = this.dependants.get(flagId);
        if (others) others.push(node);
        else this.dependants.set(flagId, [node]);
      }
  }

  /** The same with this flag in the place of what it was. */
  with(node: T): FlagGraph<T> {
    return new FlagGraph([...[...this.nodes.values()].filter(({ id }) => id !== node.id), node]);
  }

  node(id: string): T | undefined {
    return this.nodes.get(id);
  }

  /** Flags that name this one among what they require, in the order of their keys. */
  requiring(id: string): readonly T[] {
    return [...(this.dependants.get(id) ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** All that this flag depends on, however far away; not itself. */
  allRequired(id: string): T[] {
    return this.reached(id, (node) => this.requiredBy(node));
  }

  /** All that depends on this flag, however far away; not itself. */
  allRequiring(id: string): T[] {
    return this.reached(id, (node) => this.requiring(node.id));
  }

  /** The keys along a way from this flag back to itself; undefined where there is none. */
  circleThrough(id: string): string[] | undefined {
    const start = this.nodes.get(id);
    const tried = new Set<string>();
    const way = (node: T): string[] | undefined => {
      for (const next of this.requiredBy(node)) {
        if (next.id === id) return [node.key, next.key];
        if (tried.has(next.id)) continue;
        tried.add(next.id);
        const rest = way(next);
        if (rest) return [node.key, ...rest];
      }
      return undefined;
    };
    return start && way(start);
  }

  /** The keys of the longest chain in which this flag stands, from what requires to what is required. Only where nothing goes in a circle. */
  longestChainThrough(id: string): string[] {
    const node = this.nodes.get(id);
    if (!node) return [];
    const above = longest(node, (one) => this.requiring(one.id)).reverse();
    const below = longest(node, (one) => this.requiredBy(one));
    return [...above, ...below.slice(1)].map(({ key }) => key);
  }

  private requiredBy({ prerequisites }: T): T[] {
    return prerequisites.flatMap(({ flagId }) => this.nodes.get(flagId) ?? []);
  }

  private reached(id: string, next: (node: T) => readonly T[]): T[] {
    const seen = new Map<string, T>();
    const walk = (node: T): void => {
      for (const one of next(node)) {
        if (one.id === id || seen.has(one.id)) continue;
        seen.set(one.id, one);
        walk(one);
      }
    };
    const start = this.nodes.get(id);
    if (start) walk(start);
    return [...seen.values()];
  }
}

function longest<T extends FlagNode>(start: T, next: (node: T) => readonly T[]): T[] {
  const known = new Map<string, T[]>();
  const from = (node: T): T[] => {
    const held = known.get(node.id);
    if (held) return held;
    const ways = next(node).map(from);
    const best = ways.reduce((a, b) => (b.length > a.length ? b : a), []);
    const chain = [node, ...best];
    known.set(node.id, chain);
    return chain;
  };
  return from(start);
}
