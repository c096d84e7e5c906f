/** How each customer came, as far as anybody knows: one answer for every view of the market. */

/**
 * SQL for a row a customer: what its sign-up named, else what was known of the lead that it was. `channel_id` is null where no known
 * channel is named; `channel` is its code, or what the sign-up said.
 */
export const KNOWN_ORIGIN_SQL = `select origin.customer_id, origin.signed_up_at, known.id as channel_id,
    coalesce(known.code, origin.channel) as channel, coalesce(origin.campaign, lead.campaign) as campaign,
    coalesce(origin.segment, lead.segment) as segment
  from customer_origins origin
  left join leads lead on lead.customer_id = origin.customer_id
  left join channels named on named.code = origin.channel
  left join channels known on known.id = coalesce(named.id, lead.channel_id)`;
