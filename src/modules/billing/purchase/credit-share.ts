/** What of bought credits goes with money that was given back. */

/** All of them with all of it, else a share that is rounded down for the customer. */
export function creditShare(credits: bigint, refunded: bigint, total: bigint): bigint {
  // An invoice that a discount has brought to nothing has nothing to give back, and not all of it.
  if (refunded === 0n) return 0n;
  return refunded >= total ? credits : (credits * refunded) / total;
}
