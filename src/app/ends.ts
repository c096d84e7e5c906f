/** How what was started is ended: in reverse, and one that cannot end (its database is gone) keeps no other from it. */

export type End = () => void | Promise<void> | undefined;

/** Empties the list. @throws what failed first, once all were tried. */
export async function endAll(ends: End[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.splice(0).reverse()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
