/** What a look at everything there is finds missing is told with what to do about it: a list of names beside an empty one says neither. */
export function expectNone(missing: readonly string[], next: string): void {
  if (missing.length > 0) throw new Error(`${missing.join('\n')}\n\n${next}`);
}
