/** The least of many at any time: a binary heap whose members say where they lie, so that each can move, or leave, in logarithmic time. */
export interface Placed {
  /** Written by the heap in which it lies, and by nobody else. */
  place: number;
}

export class LeastFirst<T extends Placed> {
  /** @param items become the heap's own. */
  constructor(
    private readonly isLess: (one: T, other: T) => boolean,
    private readonly items: T[] = [],
  ) {
    for (let at = 0; at < items.length; at++) items[at]!.place = at;
    for (let at = (items.length >> 1) - 1; at >= 0; at--) this.sink(items[at]!);
  }

  get least(): T | undefined {
    return this.items[0];
  }

  add(item: T): void {
    this.put(item, this.items.length);
    this.rise(item);
  }

  /** It has become greater or less than it was. */
  moved(item: T): void {
    this.rise(item);
    this.sink(item);
  }

  remove(item: T): void {
    const last = this.items.pop()!;
    if (last === item) return;
    this.put(last, item.place);
    this.moved(last);
  }

  private rise(item: T): void {
    const { items, isLess } = this;
    let at = item.place;
    for (let above = (at - 1) >> 1; at > 0 && isLess(item, items[above]!); above = (at - 1) >> 1) {
      this.put(items[above]!, at);
      at = above;
    }
    this.put(item, at);
  }

  private sink(item: T): void {
    const { items, isLess } = this;
    let at = item.place;
    for (let child = 2 * at + 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && isLess(items[child + 1]!, items[child]!)) child++;
      if (!isLess(items[child]!, item)) break;
      this.put(items[child]!, at);
      at = child;
    }
    this.put(item, at);
  }

  private put(item: T, place: number): void {
    this.items[place] = item;
    item.place = place;
  }
}
