/** Customers are told of a breach of their people's data: those whom it concerns, once, and whatever dies on the way. */
import { BreachNoticeService } from '../../src/modules/ethics/breach-notice/breach-notice.service';
import { mailsTo } from '../support/mails';
import type { CustomerPerson, Person, World } from '../support/world';

interface Scene {
  readonly world: World;
  readonly staff: Person;
  /** Opens an incident of which this is known, and answers its id. */
  readonly opened: (input: object) => Promise<{ readonly id: string }>;
}

const FACTS = {
  nature: 'A backup of answers could be read by whoever knew its address.',
  affectedPeople: 'About 40 end users.',
  affectedRecords: 'About 300 answers: what was asked, and what was said.',
  consequences: 'Somebody may know what these people asked.',
  measures: 'The address is closed. Tell those people not to follow links that quote them.',
  contact: 'Data protection, dpo@flywheel.test',
};
/** One customer is told of a breach. */
export async function toldOfBreach({ client }: Person, id: string, customerId: string): Promise<void> {
  const input = { ...FACTS, id, customerIds: [customerId] };
  await client.mutate('incidentNotifyCustomers', 'IncidentNotifyCustomersInput!', input, 'told');
}

const NOTICE = `id nature affectedPeople affectedRecords consequences measures contact becameAwareAt sentBy mailedAt mailedTo
  acknowledgedAt acknowledgedBy customer { id }`;

interface NoticeView {
  readonly id: string;
  readonly mailedAt: string | null;
  readonly mailedTo: number | null;
}

/** Registers the tests. */
export function customersAreTold(scene: () => Scene): void {
  const send = (id: string, input: object, by = scene().staff) =>
    by.client.attempt<{ told: number | null; incident: { timeline: { nodes: object[] } } | null }>(
      'incidentNotifyCustomers',
      'IncidentNotifyCustomersInput!',
      { ...FACTS, id, ...input },
      'told incident { timeline { nodes { kind text by } } }',
    );
  const seenBy = async ({ client }: Person): Promise<NoticeView[]> => {
    const query = `{ breachNotices { nodes { ${NOTICE} } } }`;
    return (await client.ask<{ breachNotices: { nodes: NoticeView[] } }>(query)).breachNotices.nodes;
  };
  const figureOf = async (id: string, customerId: string | null): Promise<object | undefined> => {
    const query = `query ($period: PeriodInput!, $customerId: ID) { complianceFigures(period: $period, customerId: $customerId) {
      incidents { incidentId customersNotified firstCustomerNotifiedAt lastCustomerNotifiedAt customersNotConcernedReason
        peopleNotification peopleNotifiedAt } } }`;
    const period = { from: '2020-01-01T00:00:00Z', to: '2090-01-01T00:00:00Z' };
    const { complianceFigures } = await scene().staff.client.ask<{
      complianceFigures: { incidents: { incidentId: string }[] };
    }>(query, { period, customerId });
    return complianceFigures.incidents.find(({ incidentId }) => incidentId === id);
  };
  const mailsOf = async ({ email }: CustomerPerson): Promise<string[]> =>
    (await mailsTo(scene().world, email)).filter((mail) => mail.includes(FACTS.nature));

  test('of a breach the customers that it concerns are told, once each, by mail and in their account', async () => {
    const { world, staff, opened } = scene();
    const [one, two, other] = [await world.customer(), await world.customer(), await world.customer()];
    const { id } = await opened({});
    const whom = { customerIds: [one.customerId, two.customerId] };
    expect((await send(id, whom)).errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'id'] }]);
    const { id: breach } = await opened({ isPersonalDataBreach: true, title: 'A backup could be read' });
    for (const nobody of [{}, { ...whom, allCustomers: true }])
      expect((await send(breach, nobody)).errors).toMatchObject([{ path: ['input', 'customerIds'] }]);
    const strangers = { customerIds: [one.customerId, `cus_${'0'.repeat(26)}`] };
    expect((await send(breach, strangers)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const first = await send(breach, whom);
    expect(first).toMatchObject({ errors: [], payload: { told: 2 } });
    expect(first.payload.incident!.timeline.nodes[0]).toEqual({
      kind: 'CUSTOMERS_NOTIFIED',
      text: '2 customers',
      by: staff.id,
    });
    // Pressed again by two at once.
    const again = await Promise.all([send(breach, whom), send(breach, whom)]);
    expect(again.map(({ payload }) => payload.told)).toEqual([0, 0]);
    await world.settle();
    for (const person of [one, two]) {
      const told = { ...FACTS, mailedTo: 1, sentBy: null, acknowledgedAt: null };
      expect(await seenBy(person)).toMatchObject([{ ...told, customer: { id: person.customerId } }]);
      expect(await mailsOf(person)).toHaveLength(1);
    }
    const figures = [null, one, other].map((whose) => figureOf(breach, whose?.customerId ?? null));
    expect(await Promise.all(figures)).toMatchObject([
      { customersNotified: 2, firstCustomerNotifiedAt: expect.any(String), peopleNotification: null },
      { customersNotified: 1 },
      { customersNotified: 0, lastCustomerNotifiedAt: null },
    ]);
    const [mail] = await mailsOf(one);
    for (const fact of Object.values(FACTS)) expect(mail).toContain(fact);
    expect([await seenBy(other), await mailsOf(other)]).toEqual([[], []]);
    const more = { measures: 'It is known by now that nobody read it but ourselves.' };
    expect((await send(breach, { ...more, allCustomers: true })).payload.told).toBeGreaterThanOrEqual(3);
    expect(await seenBy(one)).toMatchObject([more, FACTS]);
  });

  test('whether the people concerned have to be told is judged by somebody, with the reason, before a breach is closed', async () => {
    const { staff, opened } = scene();
    const { id } = await opened({ isPersonalDataBreach: true });
    const update = async (input: object) => {
      const mutation = `mutation ($id: ID!, $input: IncidentUpdateInput!) { incidentUpdate(id: $id, input: $input) {
        incident { peopleNotification peopleNotificationReason peopleJudgedBy peopleNotifiedAt
          timeline { nodes { kind text by } } } errors { path } } }`;
      return (await staff.client.ask<{ incidentUpdate: object }>(mutation, { id, input })).incidentUpdate;
    };
    expect(await update({ isPersonalDataBreach: false })).toMatchObject({ errors: [] });
    expect(await update({ peopleNotification: 'REQUIRED' })).toMatchObject({
      errors: [{ path: ['input', 'peopleNotification'] }],
    });
    await update({ isPersonalDataBreach: true });
    const averted = { peopleNotification: 'RISK_AVERTED' };
    expect(await update(averted)).toMatchObject({
      errors: [{ path: ['input', 'peopleNotificationReason'] }],
    });
    const peopleNotificationReason = 'The list was deleted unread.';
    const text = `RISK_AVERTED; ${peopleNotificationReason}`;
    expect(await update({ ...averted, peopleNotificationReason })).toMatchObject({
      incident: { ...averted, peopleNotificationReason, peopleJudgedBy: staff.id },
    });
    // Another judgement has its own reason, or none.
    expect(await update({ peopleNotification: 'REQUIRED' })).toMatchObject({
      incident: {
        peopleNotificationReason: null,
        timeline: {
          nodes: [{ text: 'REQUIRED' }, { kind: 'PEOPLE_JUDGED', text, by: staff.id }, {}, {}, {}],
        },
      },
    });
    // It may turn out to be none after all, and then to be one.
    expect(await update({ isPersonalDataBreach: false })).toMatchObject({ errors: [] });
    await update({ isPersonalDataBreach: true });
    await update({
      authorityNotNeededReason: 'Nobody is at risk.',
      customersNotConcernedReason: 'Only staff.',
    });
    const close = async () => {
      const input = { id, correctiveAction: 'Lists are sealed.' };
      const closed = await staff.client.attempt(
        'incidentClose',
        'IncidentCloseInput!',
        input,
        'incident { id }',
      );
      return closed.errors.map(({ code }) => code);
    };
    expect(await close()).toEqual(['CONFLICT']);
    const peopleNotifiedAt = scene().world.clock.now().toISOString();
    await update({ peopleNotifiedAt });
    expect(await close()).toEqual([]);
    expect(await figureOf(id, null)).toMatchObject({
      peopleNotification: 'REQUIRED',
      peopleNotifiedAt,
      customersNotConcernedReason: 'Only staff.',
    });
  });

  test('somebody of the customer takes note of it, for whom it is and nobody else’s', async () => {
    const { world, opened } = scene();
    const [owner, other] = [await world.customer(), await world.customer()];
    const { id } = await opened({ isPersonalDataBreach: true });
    await send(id, { customerIds: [owner.customerId] });
    const [notice] = await seenBy(owner);
    const note = (by: Person) =>
      by.client.attempt<{ breachNotice: object | null }>(
        'breachNoticeAcknowledge',
        'BreachNoticeAcknowledgeInput!',
        { id: notice!.id },
        'breachNotice { acknowledgedBy acknowledgedAt }',
      );
    expect((await note(other)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const noted = await note(owner);
    expect(noted.payload.breachNotice).toMatchObject({ acknowledgedBy: expect.stringMatching(/^mem_/) });
    world.clock.advance(1000);
    expect(await note(owner)).toEqual(noted);
    const foreign = `{ breachNotices(filter: { customerId: "${owner.customerId}" }) { nodes { id } } }`;
    expect(await other.client.ask(foreign)).toEqual({ breachNotices: { nodes: [] } });
    const attempt = send(id, { customerIds: [other.customerId] }, await world.staff('ANALYST'));
    await expect(attempt).rejects.toThrow(/breach-notice:send/);
  });

  test('a mail that could not be ordered is ordered by the next run, and nobody who has theirs gets another', async () => {
    const { world, opened } = scene();
    const [one, two] = [await world.customer(), await world.customer()];
    const { id: incidentId } = await opened({ isPersonalDataBreach: true });
    await send(incidentId, { customerIds: [one.customerId, two.customerId] });
    await world.settle();
    const { platform, modules } = world.app;
    await platform.database.servicePool.query(
      'update breach_notices set mailed_at = null, mailed_to = null where incident_id = $1',
      [incidentId],
    );
    const ordered: string[] = [];
    const runWith = (isBroken: (to: string) => boolean) => {
      const send = async ({ to }: { readonly to: string }): Promise<void> => {
        if (isBroken(to)) throw new Error('It died here.');
        ordered.push(to);
      };
      const { identity } = modules.identity;
      const log = { error: () => undefined } as never;
      const doors = {
        ...platform,
        log,
        identity,
        incidents: {} as never,
        mail: { send },
        link: () => 'there',
      };
      const context = { signal: new AbortController().signal } as never;
      return new BreachNoticeService(doors).job.run({ incidentId }, context);
    };
    await expect(runWith((to) => to === one.email)).rejects.toThrow(/others are done/);
    expect([await seenBy(one), await seenBy(two)]).toMatchObject([[{ mailedTo: null }], [{ mailedTo: 1 }]]);
    await runWith(() => false);
    expect(await seenBy(one)).toMatchObject([{ mailedTo: 1 }]);
    expect(ordered).toEqual([two.email, one.email]);
  });
}
