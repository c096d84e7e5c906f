/**
 * Consent inside a set-based statement, so that a batch is judged by the database in the very transaction that writes
 * it: `insert … select … where ${CONSENT_NOW_SQL('r.customer_id', 'r.end_user_id', TRAINING)}`. The expressions are
 * column references or parameters of the statement, never values.
 */
import { CONSENT_PURPOSES, ConsentPurpose, needsConsent } from './consent-purpose';

/**
 * SQL that is true when this end user's consent to the purpose stands now, and they have not asked that their data not be used.
 * With `sinceExpr`, when it has stood since that moment: for what happened then and is looked at now. A yes to other words, or to the
 * same ones in another language, goes on from the one before it; a no in between ends it.
 */
export function CONSENT_NOW_SQL(
  customerIdExpr: string,
  endUserIdExpr: string,
  purpose: ConsentPurpose,
  sinceExpr?: string,
): string {
  if (!needsConsent(purpose)) return 'true';
  return `exists (select from consent_states as consent_now
    where consent_now.customer_id = ${customerIdExpr} and consent_now.end_user_id = ${endUserIdExpr}
      and consent_now.purpose = '${purpose}' and consent_now.granted and not consent_now.restricted${
        sinceExpr === undefined
          ? ''
          : ` and (consent_now.since <= ${sinceExpr} or ${saidBefore(customerIdExpr, endUserIdExpr, purpose, sinceExpr)})`
      })`;
}

function saidBefore(
  customerIdExpr: string,
  endUserIdExpr: string,
  purpose: ConsentPurpose,
  sinceExpr: string,
): string {
  const of = (record: string): string =>
    `${record}.customer_id = ${customerIdExpr} and ${record}.end_user_id = ${endUserIdExpr} and ${record}.purpose = '${purpose}'`;
  return `exists (select from consent_records as said_before
      where ${of('said_before')} and said_before.granted and said_before.at <= ${sinceExpr}
        and not exists (select from consent_records as said_no
          where ${of('said_no')} and not said_no.granted and said_no.at > said_before.at))`;
}

const PURPOSES = CONSENT_PURPOSES.map((purpose) => `'${purpose}'`).join(', ');

/** SQL for all purposes as they stand now: a JSON array of {purpose, granted, since, textId}; empty without a person. */
export function CONSENT_STATES_SQL(customerIdExpr: string, endUserIdExpr: string): string {
  return `(select coalesce(jsonb_agg(jsonb_build_object('purpose', asked.purpose,
      'granted', coalesce(consent_now.granted and not consent_now.restricted, asked.purpose = '${ConsentPurpose.SERVICE}'),
      'since', to_char(consent_now.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'textId', consent_now.text_id) order by asked.place), '[]')
    from unnest(array[${PURPOSES}]) with ordinality as asked (purpose, place)
    left join consent_states as consent_now on consent_now.customer_id = ${customerIdExpr}
      and consent_now.end_user_id = ${endUserIdExpr} and consent_now.purpose = asked.purpose
    where ${endUserIdExpr} is not null)`;
}
