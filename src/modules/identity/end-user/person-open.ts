/**
 * Whether data about a person may be used, inside a set-based statement: whoever has restricted it, or was forgotten, is left
 * out by the database in the very transaction that reads or writes. Where a number of somebody who was forgotten stays as a number of
 * nobody, only a restriction leaves it out. The expressions are column references, never values.
 */

/** SQL that is true for rows of nobody, and of everybody who has not restricted the use of their data and was not forgotten. */
export function PERSON_OPEN_SQL(customerIdExpr: string, endUserIdExpr: string): string {
  return `not exists (select from end_users as person_now
    where person_now.customer_id = ${customerIdExpr} and person_now.id = ${endUserIdExpr}
      and (person_now.restricted_at is not null or person_now.erased_at is not null))`;
}

/**
 * SQL that is true for rows of nobody, of whoever was forgotten, and of everybody who has not restricted the use of their data. With
 * `agreedExpr`, SQL about the same columns, also of those for whom it is true: who agrees under a restriction allows that one use.
 */
export function PERSON_COUNTS_SQL(
  customerIdExpr: string,
  endUserIdExpr: string,
  agreedExpr?: string,
): string {
  return `not exists (select from end_users as person_now
    where person_now.customer_id = ${customerIdExpr} and person_now.id = ${endUserIdExpr}
      and person_now.restricted_at is not null and person_now.erased_at is null${
        agreedExpr === undefined ? '' : ` and not ${agreedExpr}`
      })`;
}
