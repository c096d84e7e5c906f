/** What staff keep about the market: a channel, a lead, a competitor, and what was spoken about with a customer. */
import type { Person } from '../../support/world';

/** A channel, somebody who came by it, and whom they compare us with. */
export async function prospect(staff: Person): Promise<[string, string][]> {
  const { channel } = await staff.client.mutate<{ channel: { id: string } }>(
    'channelCreate',
    'ChannelCreateInput!',
    { code: 'fairs', name: 'Fairs' },
    'channel { id }',
  );
  const { lead } = await staff.client.mutate<{ lead: { id: string } }>(
    'leadCreate',
    'LeadCreateInput!',
    { organisation: 'Acme', email: 'buyer@acme.test', channelId: channel.id },
    'lead { id }',
  );
  const { competitor } = await staff.client.mutate<{ competitor: { id: string } }>(
    'competitorCreate',
    'CompetitorCreateInput!',
    { name: 'AcmeSoft', idempotencyKey: 'acme' },
    'competitor { id }',
  );
  return [
    ['cmp', competitor.id],
    ['chn', channel.id],
    ['led', lead.id],
  ];
}

/** What staff spoke about with the customer. */
export async function noted(staff: Person, customerId: string): Promise<string> {
  const input = { customerId, channel: 'CALL', summary: 'They may leave.' };
  const { contact } = await staff.client.mutate<{ contact: { id: string } }>(
    'contactNote',
    'ContactNoteInput!',
    input,
    'contact { id }',
  );
  return contact.id;
}
