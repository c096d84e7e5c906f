/** One decision about many pieces of feedback: about all of them or about none. */
import type { Desk } from './duplicates';
import { HISTORY, type History, inbox, type Item, submit, triage } from './support';

interface Many {
  readonly feedback: readonly { id: string; status: string; tags: string[] }[] | null;
  readonly errors: readonly { code: string; path: string[]; currentId?: string }[];
}

/** Registers the tests. */
export function manyAreDecided({ world, owner, reviewer }: Desk): void {
  const said = (text: string): Promise<Item> => submit(owner(), { kind: 'TEXT', text });
  const many = async (input: object): Promise<Many> => {
    const query = `mutation ($input: FeedbackTriageManyInput!) { feedbackTriageMany(input: $input) {
      feedback { id status tags } errors { code path ... on Conflict { currentId } } } }`;
    return (await reviewer().client.ask<{ feedbackTriageMany: Many }>(query, { input })).feedbackTriageMany;
  };
  const three = () => Promise.all(['One.', 'Two.', 'Three.'].map(said));

  test('of many at once each is decided with its own labels beside the new ones, a step in its history and an event', async () => {
    const [one, two, three_] = await three();
    await triage(reviewer(), one!.id, { tags: ['slow', 'old'] });
    const items = [three_!, one!, two!].map(({ id }) => ({ id }));
    const decision = {
      status: 'PLANNED',
      assigneeId: reviewer().id,
      addTags: ['Slow', 'Q1'],
      removeTags: ['old'],
    };
    expect(await many({ items, ...decision, note: 'In the next quarter.' })).toEqual({
      feedback: items.map(({ id }) => ({ id, status: 'PLANNED', tags: ['q1', 'slow'] })),
      errors: [],
    });
    const { rows } = await world().app.platform.database.servicePool.query(
      "select count(distinct subject)::int as n from outbox_events where type = 'feedback.triaged' and subject = any($1)",
      [items.map(({ id }) => id)],
    );
    expect(rows).toEqual([{ n: 3 }]);
    const query = `{ node(id: "${two!.id}") { ... on Feedback { ${HISTORY} } } }`;
    const { node } = await reviewer().client.ask<{ node: History }>(query);
    expect(node.history.nodes[0]).toMatchObject({
      kind: 'TRIAGED',
      by: reviewer().id,
      note: 'In the next quarter.',
    });
  });

  test('many are decided about all together or none, and what hinders each is told at its place', async () => {
    const [held, moved, free] = await three();
    await triage(await world().staff('REVIEWER'), held!.id, { lock: true });
    await triage(reviewer(), moved!.id, { severity: 2 });
    const items = [
      { id: free!.id },
      { id: held!.id },
      { id: moved!.id, expectedVersion: 1 },
      { id: `fbk_${'0'.repeat(26)}` },
    ];
    expect(await many({ items, status: 'PLANNED' })).toEqual({
      feedback: null,
      errors: [
        { code: 'CONFLICT', path: ['input', 'items', '1'], currentId: held!.id },
        { code: 'CONFLICT', path: ['input', 'items', '2'], currentId: moved!.id },
        { code: 'NOT_FOUND', path: ['input', 'items', '3'] },
      ],
    });
    const left = await inbox(reviewer(), { status: 'NEW' });
    expect(left.map(({ id }) => id)).toEqual(expect.arrayContaining([free!.id, held!.id, moved!.id]));
  });

  test('at once are decided no more than a hundred, each once, with no more labels than one may have', async () => {
    const [one] = await three();
    const { id } = one!;
    const labels = (from: number) => Array.from({ length: 15 }, (_, i) => `label-${from + i}`);
    await triage(reviewer(), id, { tags: labels(0) });
    const refused = async (input: object) => (await many(input)).errors.map(({ path }) => path.join('.'));
    expect(await refused({ items: [{ id }], addTags: labels(15) })).toEqual(['input.items.0']);
    expect(await refused({ items: [{ id }, { id }] })).toEqual(['input.items.1.id']);
    expect(await refused({ items: [] })).toEqual(['input.items']);
    expect(await refused({ items: Array.from({ length: 101 }, () => ({ id })) })).toEqual(['input.items']);
  });
}
