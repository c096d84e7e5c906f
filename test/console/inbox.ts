/** The inbox of the reviewers in the console: looked through, decided about by one and by several, and what is begun there. */
import { triage } from '../feedback/support';
import type { ConsolePage } from './console-page';
import { type Consoles, expectNoRefusal } from './consoles';

interface Scene {
  readonly consoles: Consoles;
  /** Of an admin. */
  readonly page: ConsolePage;
}

/** Registers the tests. */
export function inboxIsReviewed(scene: () => Scene): void {
  test('of two reviewers who decide at once the second is told, and the first decision stays', async () => {
    const { consoles } = scene();
    const [ada, bob] = [await consoles.staff('REVIEWER'), await consoles.staff('REVIEWER')];
    const { feedback } = await consoles.populated.staff.client.ask<{ feedback: { nodes: { id: string }[] } }>(
      '{ feedback(first: 1, filter: { status: NEW }) { nodes { id } } }',
    );
    const { id } = feedback.nodes[0]!;
    await ada.go(`feedback/${id}`);
    await bob.go(`feedback/${id}`);
    await ada.send('Save', { status: 'PLANNED', severity: '2', note: 'Seen by Ada.' });
    expect(ada.text('main')).toContain('Seen by Ada.');
    const told = ada.text('main > div > section:last-of-type');
    expect(told).toContain('Status: new → planned');
    expect(told).toContain('@staff.testtriaged');
    expect(told).not.toMatch(/[{[]"|stf_|eus_|key_/);
    await bob.send('Save', { status: 'DECLINED' });
    expect(bob.text('form .refusal')).not.toBe('');
    const { node } = await consoles.populated.staff.client.ask(
      `{ node(id: "${id}") { ... on Feedback { status severity } } }`,
    );
    expect(node).toEqual({ status: 'PLANNED', severity: 2 });
    await ada.send('Say so');
    expect(ada.texts('main button')).toContain('It did not');
    await ada.press('It did not');
    expect(ada.texts('main button')).not.toContain('It did not');
    expectNoRefusal(ada, 'led to something');
    for (let step = 1; step <= 20; step++)
      await consoles.populated.staff.client.ask(
        `mutation { feedbackTriage(id: "${id}", input: { note: "Step ${step} of many." }) { errors { code } } }`,
      );
    await bob.go('feedback');
    await bob.go(`feedback/${id}`);
    expect(bob.text('main')).not.toContain('Seen by Ada.');
    await bob.press('Show more');
    expect(bob.text('main')).toContain('Seen by Ada.');
  });

  test('the inbox is looked through, is found again as it was left, and what says the same is counted together', async () => {
    const { consoles, page } = scene();
    const { owner } = consoles.populated;
    const said: string[] = [];
    for (const text of ['The export of my numbers is slow.', 'The export of my numbers is so slow.']) {
      const { feedback } = await owner.client.mutate<{ feedback: { id: string } }>(
        'feedbackSubmit',
        'FeedbackSubmitInput!',
        { kind: 'TEXT', text },
        'feedback { id }',
      );
      said.push(feedback.id);
    }
    await consoles.world.settle();
    await page.go('feedback');
    await page.write('textContains', 'so slow');
    await page.choose('kind', 'TEXT');
    expect(page.text('main section:last-of-type')).toContain('1 in all');
    expect(page.address).toContain('#/feedback?textContains=so+slow&kind=TEXT');
    const { servicePool } = consoles.world.app.platform.database;
    await servicePool.query("update feedback set due_at = '2020-01-01' where id = $1", [said[1]]);
    await page.choose('kind', 'TEXT');
    expect(page.text('main section:last-of-type tbody')).toContain('due 1 Jan 2020 overdue');
    await page.press('The export of my numbers is so slow.');
    expect(page.text('main')).toContain('1 Jan 2020, 00:00 UTC overdue');
    await page.press('Count it with this one');
    expectNoRefusal(page, 'merged');
    await page.go(`feedback/${said[0]}`);
    expect(page.text('main')).toContain('Counted with The export of my numbers is so slow.');
    await page.press('It says something else');
    expect(page.text('main')).not.toContain('Counted with');
    expect(page.link('Feedback', 'main')).toBe('#/feedback?textContains=so+slow&kind=TEXT');
    await page.go('feedback?textContains=so+slow');
    expect(page.texts('main section:last-of-type tbody tr')).toHaveLength(1);
  });

  test('those that are ticked are decided about together, and where one hinders it says so there and nothing is done', async () => {
    const { consoles, page } = scene();
    const ids: string[] = [];
    for (const text of ['A first wish of many.', 'A second wish of many.', 'A third wish of many.']) {
      const { feedback } = await consoles.populated.owner.client.mutate<{ feedback: { id: string } }>(
        'feedbackSubmit',
        'FeedbackSubmitInput!',
        { kind: 'TEXT', text },
        'feedback { id }',
      );
      ids.push(feedback.id);
    }
    await consoles.world.settle();
    const standing = async () => {
      const { nodes } = await consoles.populated.staff.client.ask<{ nodes: object[] }>(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Feedback { status tags mergedInto { id } } } }',
        { ids },
      );
      return nodes;
    };
    await page.go('feedback?textContains=wish+of+many&order=newest');
    expect(page.has('.ticked[hidden]')).toBe(true);
    await page.press('Tick all that are shown');
    expect(page.text('.ticked strong')).toBe('3 ticked');
    await triage(consoles.populated.staff, ids[1]!, { severity: 3 });
    await page.send('Do it to all of them', { status: 'PLANNED', addTag: 'many' });
    expect(page.text('.ticked form > .refusal')).toContain('Nothing was changed: 1 of 3 cannot be so.');
    expect(page.text('main section:last-of-type tbody tr:nth-of-type(2)')).toContain('is at version');
    expect(await standing()).toMatchObject([{ status: 'NEW' }, { status: 'NEW' }, { status: 'NEW' }]);
    await page.go('feedback');
    expect(page.questions).toHaveLength(1);
    await page.go('feedback?textContains=wish+of+many&order=newest');
    await page.press('Tick all that are shown');
    await page.send('Do it to all of them', { status: 'PLANNED', addTag: 'many' });
    expectNoRefusal(page, 'decided');
    const planned = { status: 'PLANNED', tags: ['many'], mergedInto: null };
    expect(await standing()).toEqual([planned, planned, planned]);
    await page.press('Tick all that are shown');
    await page.send('Count them as one', { into: ids[0]! });
    expectNoRefusal(page, 'merged');
    const merged = { status: 'DUPLICATE', mergedInto: { id: ids[0] } };
    expect(await standing()).toMatchObject([planned, merged, merged]);
  });

  test('whoever leaves what they have begun to write is asked, and what was sent or only looked for is left without a word', async () => {
    const { consoles, page } = scene();
    const { feedback } = await consoles.populated.staff.client.ask<{ feedback: { nodes: { id: string }[] } }>(
      '{ feedback(first: 1) { nodes { id } } }',
    );
    await page.go(`feedback/${feedback.nodes[0]!.id}`);
    await page.write('note', 'Half of a th');
    page.leaves = false;
    await page.press('Incidents');
    expect(page.questions).toEqual(['What you have written here is not saved. Leave the page without it?']);
    expect(page.text('h1')).not.toBe('Incidents');
    await page.press('Sign out');
    expect(page.questions).toHaveLength(2);
    page.leaves = true;
    await page.send('Save', { note: 'All of it.' });
    await page.press('Compliance');
    await page.write('externalId', 'ada');
    await page.press('Overview');
    expect([page.text('h1'), page.questions.length]).toEqual(['Overview', 2]);
  });
}
