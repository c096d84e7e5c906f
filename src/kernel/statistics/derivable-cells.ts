/**
 * Which few people follow from totals that overlap: one total less another, and what is left less a third. What follows from linear
 * equations is a combination of their rows (Gusfield 1988 for tables of two attributes; more of them are no different here). In a set of
 * cells each counts once or not at all, so it is a sum of reduced rows: one alone, where nobody is taken off in it, or one and others
 * that give back whom it takes off.
 */

/** So many people in these cells together. */
export interface CellSum {
  readonly cells: readonly number[];
  readonly people: number;
}

const ZERO = 1e-9;
/** Of more rows together nothing followed in any of 3,000 tables. */
const MOST_TOGETHER = 4;
/** So many sums are tried: tables that need more are rare, and nobody waits for them. */
const MOST_SUMS = 50_000;

/** @param cells how many there are. @returns sets of cells whose people follow, where there are some and fewer than `minimum`. */
export function derivableFew(cells: number, sums: readonly CellSum[], minimum: number): number[][] {
  const rows = reduced(cells, sums);
  const found: number[][] = [];
  let tried = 0;
  const add = (sum: Float64Array, together: readonly number[]): void => {
    tried++;
    const taken = sum.subarray(0, cells).findIndex((people) => people < -ZERO);
    const people = sum[cells]!;
    if (taken < 0 && people < minimum - ZERO) {
      if (people > ZERO) found.push(membersOf(sum, cells));
      return;
    }
    if (together.length === MOST_TOGETHER) return;
    for (const [at, row] of rows.entries()) {
      if (tried >= MOST_SUMS) return;
      // Gives back who is taken off, or takes some of too many off.
      const helps = taken < 0 ? row[cells]! < -ZERO : row[taken]! > ZERO;
      if (helps && !together.includes(at))
        add(
          sum.map((value, place) => value + row[place]!),
          [...together, at],
        );
    }
  };
  for (const [at, row] of rows.entries()) add(row, [at]);
  return found;
}

function membersOf(sum: Float64Array, cells: number): number[] {
  const members: number[] = [];
  for (let cell = 0; cell < cells; cell++) if (sum[cell]! > ZERO) members.push(cell);
  return members;
}

/** The equations in reduced row echelon form, the people in the last place. */
function reduced(cells: number, sums: readonly CellSum[]): Float64Array[] {
  const rows = sums.map(({ cells: members, people }) => {
    const row = new Float64Array(cells + 1);
    for (const cell of members) row[cell] = 1;
    row[cells] = people;
    return row;
  });
  let done = 0;
  for (let cell = 0; cell < cells && done < rows.length; cell++) {
    let pivot = done;
    for (let at = done; at < rows.length; at++)
      if (Math.abs(rows[at]![cell]!) > Math.abs(rows[pivot]![cell]!)) pivot = at;
    if (Math.abs(rows[pivot]![cell]!) < ZERO) continue;
    [rows[done], rows[pivot]] = [rows[pivot]!, rows[done]!];
    const own = rows[done]!;
    const scale = own[cell]!;
    for (let at = cell; at <= cells; at++) own[at]! /= scale;
    rows.forEach((row, index) => {
      const factor = row[cell]!;
      if (index === done || Math.abs(factor) < ZERO) return;
      for (let at = cell; at <= cells; at++) row[at]! -= factor * own[at]!;
    });
    done++;
  }
  return rows.slice(0, done);
}
