/** Of which segment a customer is: one answer in every view of the market, by what its sign-up named, else by what was known of the lead that it was. */
import { submit } from '../feedback/support';
import { run } from '../privacy/data-requests';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

interface Views {
  readonly market: {
    readonly funnel: { readonly signUps: number };
    readonly nps: readonly { readonly segment: string | null }[];
    readonly productMarketFit: { readonly bySegment: readonly { readonly group: string | null }[] };
    readonly competitorMentions: readonly {
      readonly segments: readonly { readonly segment: string | null }[];
    }[];
    readonly demandMap: { readonly segments: readonly { readonly segment: string | null }[] };
  };
}

const VIEWS = `query ($segment: String) { market { funnel(filter: { segment: $segment }) { signUps } nps { segment }
  productMarketFit { bySegment { group } } competitorMentions { segments { segment } } demandMap { segments { segment } } } }`;

describe('the segment of a customer', () => {
  let world: World;
  let staff: Person;
  let customer: CustomerPerson;

  beforeAll(async () => {
    world = await startWorld();
    staff = await world.staff('ANALYST');
    customer = await world.customer();
  });
  afterAll(() => world.close());

  it('is that of the lead that it was, where its sign-up named none, in every view', async () => {
    const input = { organisation: 'Beta', email: 'beta@beta.test', segment: 'insurance' };
    const { lead } = await staff.client.mutate<{ lead: { id: string } }>(
      'leadCreate',
      'LeadCreateInput!',
      input,
      'lead { id }',
    );
    const won = { id: lead.id, customerId: customer.customerId };
    await staff.client.mutate('leadConvert', 'LeadConvertInput!', won, 'lead { stage }');
    const rival = { name: 'AcmeSoft', aliases: [], idempotencyKey: 'rival' };
    await staff.client.mutate('competitorCreate', 'CompetitorCreateInput!', rival, 'competitor { id }');
    for (const name of ['ann', 'ben', 'cat', 'dan', 'eve', 'fay']) {
      const person = await world.endUser(customer, name);
      await submit(person, { kind: 'TEXT', text: 'A dark mode for the app, as AcmeSoft has it, please.' });
      await submit(person, { kind: 'NPS', score: 9 });
      await submit(person, { kind: 'PMF', score: 3 });
    }
    await world.settle();
    await run(world, 'feedback.find-topics');
    const { market } = await staff.client.ask<Views>(VIEWS, { segment: 'insurance' });
    expect({
      signUps: market.funnel.signUps,
      nps: market.nps.map(({ segment }) => segment),
      fit: market.productMarketFit.bySegment.map(({ group }) => group),
      competitors: market.competitorMentions[0]!.segments.map(({ segment }) => segment),
      demand: market.demandMap.segments.map(({ segment }) => segment),
    }).toEqual({
      signUps: 1,
      nps: ['insurance'],
      fit: ['insurance'],
      competitors: ['insurance'],
      demand: ['insurance'],
    });
  });
});
