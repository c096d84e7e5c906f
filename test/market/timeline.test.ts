/** A customer's timeline as staff read it: everything that happened with it, nothing that did not, and nobody's words. */
import { rebuildProjection } from '../../src/platform/events';
import { newId } from '../../src/kernel/id';
import { pass, signedIn, subscribed } from '../billing/support';
import { deploymentById } from '../deployments/support';
import { answer, submit } from '../feedback/support';
import { predict, served } from '../inference/support';
import { handMadeVersion } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

interface Entry {
  readonly at: string;
  readonly kind: string;
  readonly type: string;
  readonly title: string;
  readonly actor: string | null;
  readonly count: number;
  readonly subject: {
    readonly __typename: string;
    readonly id: string;
    readonly summary?: string | null;
  } | null;
}
interface Page {
  readonly nodes: readonly Entry[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

const FIELDS = `totalCount pageInfo { hasNextPage endCursor } nodes { at kind type title actor count
  subject { __typename id ... on CustomerContact { summary } } }`;
const TIMELINE = `query ($id: ID!, $first: Int, $after: String, $kinds: [TimelineKind!]) {
  customer(by: { id: $id }) { timeline(first: $first, after: $after, filter: { kinds: $kinds }) { ${FIELDS} } } }`;
const DAY_MS = 86_400_000;
const SECRET = 'Ada from accounts wants an invoice in euros.';

describe('the timeline of a customer', () => {
  let world: World;
  let staff: Person;
  let deploymentId: string;
  let owner: CustomerPerson;
  let other: CustomerPerson;
  let ann: Person;

  beforeAll(async () => {
    world = await startWorld();
    ({ staff, deploymentId } = await served(world, 'wages'));
    [owner, other] = [await subscribed(world, 'PRO'), await world.customer()];
    ann = await world.endUser(owner, 'ann');
  });
  afterAll(() => world.close());

  async function page(customerId: string, variables: object = {}): Promise<Page> {
    await world.settle();
    const asked = { id: customerId, first: 100, ...variables };
    return (await staff.client.ask<{ customer: { timeline: Page } }>(TIMELINE, asked)).customer.timeline;
  }
  const titles = async (customerId: string, kinds?: string[]): Promise<string[]> =>
    (await page(customerId, { kinds })).nodes.map(({ title }) => title);
  async function promoteAndRollBack(versionId: string): Promise<void> {
    const reason = 'to see whether it is better';
    const to = { id: deploymentId, versionId, overrideReason: reason };
    await staff.client.mutate('deploymentPromote', 'DeploymentPromoteInput!', to, '__typename');
    await world.until(
      async () => (await deploymentById(staff, deploymentId))?.state === 'READY',
      'the other version to serve',
    );
    const back = { id: deploymentId, reason };
    await staff.client.mutate('deploymentRollBack', 'DeploymentRollBackInput!', back, '__typename');
  }
  const note = (input: object) =>
    staff.client.attempt<{ contact: { id: string; summary: string } }>(
      'contactNote',
      'ContactNoteInput!',
      { customerId: owner.customerId, channel: 'CALL', summary: SECRET, ...input },
      'contact { id summary at }',
    );

  it('begins with the sign-up, and tells of plan and payment with what was bought', async () => {
    expect((await titles(other.customerId)).sort()).toEqual(['Began FREE', 'Signed up']);
    const { nodes } = await page(owner.customerId);
    expect(nodes.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['Signed up', 'Began FREE', 'Began PRO at 49.00 USD a month', 'Paid 49.00 USD']),
    );
    const typeOf = (title: string) => nodes.find((node) => node.title === title)!.subject?.__typename;
    expect(typeOf('Began PRO at 49.00 USD a month')).toBe('PlanSubscription');
    expect(typeOf('Paid 49.00 USD')).toBe('Invoice');
    expect(typeOf('Signed up')).toBe('Customer');
  });

  it('marks the first request and the thousandth, at the very request', async () => {
    const first = await predict(ann);
    await world.settle();
    await world.app.platform.database.servicePool.query(
      'update customer_usages set requests = 998 where customer_id = $1',
      [owner.customerId],
    );
    const more = [await predict(ann), await predict(ann), await predict(ann)];
    const milestones = (await page(owner.customerId, { kinds: ['USAGE'] })).nodes.filter(
      ({ type }) => type === 'usage.milestone',
    );
    expect(milestones.map(({ title, subject }) => [title, subject?.id])).toEqual([
      ['1 000 requests answered', more[1]!.inference!.id],
      ['First answered request', first.inference!.id],
    ]);
  });

  it('counts what people said by the day, without their words and without them', async () => {
    for (const score of [1, 0, 1]) {
      const { feedbackToken } = await answer(ann);
      await submit(ann, { feedbackToken, kind: 'THUMBS', score, text: 'Ann’s own words' });
      await world.settle();
    }
    const { nodes } = await page(owner.customerId, { kinds: ['FEEDBACK'] });
    expect(nodes).toMatchObject([
      { title: '3 pieces of feedback, 1 bad', count: 3, actor: null, subject: null },
    ]);
    for (const person of [ann, await world.endUser(owner, 'ben')]) {
      const asked = { kind: 'RECTIFICATION', details: 'My name is spelt with one n.' };
      await person.client.mutate('dataRequestCreate', 'DataRequestCreateInput!', asked, '__typename');
    }
    expect(await titles(owner.customerId, ['DATA_REQUEST'])).toEqual(['2 data requests (rectification)']);
    const { rows } = await world.app.platform.database.servicePool.query(
      'select * from timeline_entries where customer_id = $1',
      [owner.customerId],
    );
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${ann.id}|own words|one n`));
  });

  it('tells those whom a deployment served that it was rolled back and that it had an incident, and nobody else', async () => {
    const { versionId } = await handMadeVersion(world, 0.5);
    await promoteAndRollBack(versionId);
    await world.settle();
    const [incident] = (await page(owner.customerId, { kinds: ['INCIDENT'] })).nodes;
    const close = { id: incident!.subject!.id, correctiveAction: 'a gate was added' };
    await staff.client.mutate('incidentClose', 'IncidentCloseInput!', close, '__typename');
    expect(await titles(owner.customerId, ['INCIDENT', 'DEPLOYMENT'])).toEqual([
      'An incident was dealt with',
      'An incident began, of severity MEDIUM',
      'A deployment that served it was rolled back',
    ]);
    expect(await titles(other.customerId, ['INCIDENT', 'DEPLOYMENT'])).toEqual([]);
  });

  it('leaves out what happened to a deployment long after it served the customer', async () => {
    const before = await titles(owner.customerId, ['DEPLOYMENT']);
    await pass(world, 32 * DAY_MS);
    staff = await world.staff();
    const { versionId } = await handMadeVersion(world, 0.25);
    await promoteAndRollBack(versionId);
    expect(await titles(owner.customerId, ['DEPLOYMENT'])).toEqual(before);
  });

  it('has the contacts of staff, whose words are sealed and stand behind the entry', async () => {
    const at = new Date(world.clock.millis() - DAY_MS).toISOString();
    const { payload } = await note({ at });
    const { nodes } = await page(owner.customerId, { kinds: ['CONTACT'] });
    expect(nodes).toMatchObject([
      {
        at,
        title: 'Contact by telephone',
        actor: staff.id,
        subject: { id: payload.contact.id, summary: SECRET },
      },
    ]);
    const { servicePool } = world.app.platform.database;
    for (const table of ['customer_contacts', 'outbox_events', 'timeline_entries']) {
      const { rows } = await servicePool.query(`select * from ${table}`);
      expect(JSON.stringify(rows)).not.toContain('Ada from accounts');
    }
  });

  it('refuses a contact with nobody, of the future, or without words', async () => {
    const codes = async (input: object) => (await note(input)).errors.map(({ code, path }) => [code, path]);
    const unknown = newId('cus', world.clock.now());
    expect(await codes({ customerId: unknown })).toEqual([['NOT_FOUND', ['input', 'customerId']]]);
    const tomorrow = new Date(world.clock.millis() + DAY_MS).toISOString();
    expect(await codes({ at: tomorrow })).toEqual([['INVALID_INPUT', ['input', 'at']]]);
    expect(await codes({ summary: '' })).toEqual([['INVALID_INPUT', ['input', 'summary']]]);
    const key = { idempotencyKey: 'one call' };
    const [one, two] = [await note(key), await note(key)];
    expect(two.payload.contact.id).toBe(one.payload.contact.id);
  });

  it('pages through everything once, newest first', async () => {
    const { nodes: all, totalCount } = await page(owner.customerId);
    expect(all).toHaveLength(totalCount);
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    const paged: Entry[] = [];
    for (let after: string | null = null; ;) {
      const { nodes, pageInfo }: Page = await page(owner.customerId, { first: 3, after });
      paged.push(...nodes);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(paged).toEqual(all);
  });

  it('comes to the same entries when it is built anew from the first event', async () => {
    const milestones = 'update customer_usages set requests = requests - 997 where customer_id = $1';
    await world.app.platform.database.servicePool.query(milestones, [owner.customerId]);
    const wanted = (entries: readonly Entry[]) => entries.filter(({ title }) => !title.startsWith('1 000'));
    const [before, others] = [await page(owner.customerId), await page(other.customerId)];
    await rebuildProjection(
      world.app.platform.database.unitOfWork,
      world.app.modules.market.timeline.projection,
    );
    await world.until(
      async () => (await page(owner.customerId)).totalCount >= before.totalCount - 1,
      'the timeline to be rebuilt',
    );
    expect((await page(owner.customerId)).nodes).toEqual(wanted(before.nodes));
    expect(await page(other.customerId)).toEqual(others);
  });

  it('is for staff alone', async () => {
    const reviewer = await world.staff('REVIEWER');
    for (const client of [await signedIn(world, owner), reviewer.client]) {
      const { errors } = await client.send(TIMELINE, { id: owner.customerId });
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    }
    const { errors } = await reviewer.client.send(
      'mutation ($input: ContactNoteInput!) { contactNote(input: $input) { errors { code } } }',
      { input: { customerId: owner.customerId, channel: 'CALL', summary: 'x' } },
    );
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
