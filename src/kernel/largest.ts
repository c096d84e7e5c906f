/** The largest of however many numbers: `Math.max(...numbers)` throws once they are more than the stack holds, some 125,000. */
export function largestOf(numbers: Iterable<number>): number {
  let largest = -Infinity;
  for (const number of numbers) largest = Math.max(largest, number);
  return largest;
}
