/** One that stands for others that say the same: whose votes it has, and what becomes of them when somebody takes theirs back. */
import type { CustomerPerson, Person, World } from '../support/world';
import { answer, inbox, type Item, submit, triage, withdraw } from './support';

export interface Desk {
  readonly world: () => World;
  readonly owner: () => CustomerPerson;
  readonly reviewer: () => Person;
}

interface Standing {
  readonly status: string;
  readonly mergedInto: { readonly id: string } | null;
}

/** Registers the tests. */
export function duplicatesStand({ world, owner, reviewer }: Desk): void {
  const said = (text: string): Promise<Item> => submit(owner(), { kind: 'TEXT', text });
  const merge = (ids: readonly string[], into: string | null) =>
    reviewer().client.attempt<{ feedback: { id: string; priority: { votes: number; value: number } } }>(
      'feedbackMerge',
      'FeedbackMergeInput!',
      { ids, into },
      'feedback { id status priority { votes value } mergedInto { id } }',
    );
  const standing = async ({ id }: Item, { client }: Pick<Person, 'client'> = reviewer()) => {
    const query = 'query ($id: ID!) { node(id: $id) { ... on Feedback { status mergedInto { id } } } }';
    return (await client.ask<{ node: Standing }>(query, { id })).node;
  };

  test('duplicates lend their votes to the one that stands for them, and get them back', async () => {
    const other = await world().customer();
    const [first, second] = [
      await said('Export fails.'),
      await submit(other, { kind: 'TEXT', text: 'Export breaks.' }),
    ];
    await triage(reviewer(), second.id, { status: 'TRIAGED' });
    const merged = await merge([second.id], first.id);
    expect(merged.payload.feedback).toMatchObject({ id: first.id, priority: { votes: 2 } });
    expect(await standing(second)).toEqual({ status: 'DUPLICATE', mergedInto: { id: first.id } });
    expect(await standing(second, other)).toMatchObject({ mergedInto: null });
    expect((await merge([first.id], second.id)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await merge([first.id], first.id)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    const undone = await merge([second.id], null);
    expect(undone.payload.feedback).toMatchObject({ id: second.id, status: 'TRIAGED', mergedInto: null });
    const { node: free } = await reviewer().client.ask<{ node: object }>(
      `{ node(id: "${first.id}") { ... on Feedback { priority { votes } } } }`,
    );
    expect(free).toEqual({ priority: { votes: 1 } });
  });

  test('when one that stands for others is taken back, the others are heard themselves', async () => {
    const other = await world().customer();
    const taken = await said('The map is upside down.');
    const duplicates = [
      await said('South is up.'),
      await submit(other, { kind: 'TEXT', text: 'Map wrong.' }),
    ];
    const ids = duplicates.map(({ id }) => id).sort();
    await merge(ids, taken.id);
    await withdraw(owner(), { id: taken.id });
    await world().app.drainEvents();
    const history = 'history { nodes { kind by } }';
    const open = await inbox(reviewer(), { status: 'NEW' }, `id mergedInto { id } ${history}`);
    const freed = {
      mergedInto: null,
      history: { nodes: [{ kind: 'UNMERGED', by: 'system:feedback' }, {}, {}] },
    };
    const found = ids.map((id) => open.find((item) => item.id === id));
    expect(found).toMatchObject([freed, freed]);
  });

  test('who takes back what was merged, and says it anew once the other is a duplicate itself, is heard', async () => {
    const { feedbackToken } = await answer(await world().endUser(owner()));
    const again = { feedbackToken, kind: 'TEXT', text: 'The clock is slow.' };
    const [first, second, third] = [
      await submit(owner(), again),
      await said('It lags.'),
      await said('Late.'),
    ];
    expect((await merge([first.id], second.id)).errors).toEqual([]);
    await withdraw(owner(), { id: first.id, feedbackToken });
    // From here on its vote is not counted; said anew, it is not yet.
    await triage(reviewer(), second.id, { severity: 2 });
    await submit(owner(), again);
    expect((await merge([second.id], third.id)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    await withdraw(owner(), { id: first.id, feedbackToken });
    expect((await merge([second.id], third.id)).errors).toEqual([]);
    await submit(owner(), again);
    expect(await standing(second)).toEqual({ status: 'DUPLICATE', mergedInto: { id: third.id } });
    expect(await standing(first)).toEqual({ status: 'NEW', mergedInto: null });
  });
}
