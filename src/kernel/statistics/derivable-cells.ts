/**
 * Which few people follow from totals that overlap: one total less another, and what is left less a third. Exactly, by elimination: what
 * follows from linear equations is a combination of their rows, and a cell, or several together, follow where a reduced row holds
 * nothing else (Gusfield 1988 for tables of two attributes; more of them are no different here).
 */

/** So many people in these cells together. */
export interface CellSum {
  readonly cells: readonly number[];
  readonly people: number;
}

const ZERO = 1e-9;

/** @param cells how many there are. @returns sets of cells whose people follow, where there are some and fewer than `minimum`. */
export function derivableFew(cells: number, sums: readonly CellSum[], minimum: number): number[][] {
  return reduced(cells, sums).flatMap((row) => {
    const people = row[cells]!;
    if (people < ZERO || people > minimum - ZERO) return [];
    const members: number[] = [];
    for (let cell = 0; cell < cells; cell++) {
      // What is less another is no number of people.
      if (row[cell]! < -ZERO) return [];
      if (row[cell]! > ZERO) members.push(cell);
    }
    return members.length > 0 ? [members] : [];
  });
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
