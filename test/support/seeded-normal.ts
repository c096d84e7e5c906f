/** Normal deviates of a seeded stream (Box and Muller 1958), for tests of statistics. */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
