/** Figures in columns, and goals with what was reached, as the benchmarks print them. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly reached: number;
  readonly met: boolean;
}

export function printTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  console.log(`\n${title.padEnd(40)}${columns.map((column) => column.padStart(13)).join('')}`);
  for (const [name = '', ...cells] of rows)
    console.log(`  ${name.padEnd(38)}${cells.map((cell) => cell.padStart(13)).join('')}`);
}

export function printGoals(goals: readonly Goal[]): void {
  console.log('\ngoals');
  for (const { what, goal, reached, met } of goals)
    console.log(
      `  ${what.padEnd(62)}${goal.padEnd(9)}${reached.toFixed(4).padStart(9)}  ${met ? 'met' : 'not met'}`,
    );
}
