/** Hands out the least of many, one after the other, each in logarithmic time: a binary heap, made at once of all there are. */
export class LeastFirst<T> {
  /** @param items become the heap's own. */
  constructor(
    private readonly items: T[],
    private readonly isLess: (one: T, other: T) => boolean,
  ) {
    for (let at = (items.length >> 1) - 1; at >= 0; at--) this.sink(at);
  }

  get least(): T | undefined {
    return this.items[0];
  }

  /** The least one has become greater. */
  grown(): void {
    this.sink(0);
  }

  /** Takes the least one out. */
  drop(): void {
    const last = this.items.pop();
    if (last === undefined || this.items.length === 0) return;
    this.items[0] = last;
    this.sink(0);
  }

  private sink(from: number): void {
    const { items, isLess } = this;
    const item = items[from]!;
    let at = from;
    for (let child = 2 * at + 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && isLess(items[child + 1]!, items[child]!)) child++;
      if (!isLess(items[child]!, item)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  }
}
