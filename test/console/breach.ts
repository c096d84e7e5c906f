/** A breach in the console: the customers that it concerns are told by staff, and take note; and what is half written meanwhile. */
import type { ConsolePage } from './console-page';
import { type Consoles, expectNoRefusal } from './consoles';

interface Scene {
  readonly consoles: Consoles;
  /** Of an admin. */
  readonly page: ConsolePage;
}

const NOTICE = {
  nature: 'A list of answers was sent to another customer.',
  affectedPeople: 'Two end users.',
  affectedRecords: 'Two answers.',
  consequences: 'Somebody else knows what they asked.',
  measures: 'The list was deleted there, which was confirmed.',
  contact: 'dpo@flywheel.test',
};

/** Registers the tests. */
export function breachIsTold(scene: () => Scene): void {
  const anIncident = async (title: string): Promise<string> => {
    const { incident } = await scene().consoles.populated.staff.client.mutate<{ incident: { id: string } }>(
      'incidentOpen',
      'IncidentOpenInput!',
      { title, severity: 'HIGH', isPersonalDataBreach: true },
      'incident { id }',
    );
    return incident.id;
  };

  test('a customer is told of a breach once the notice was looked at, reads it, and takes note of it', async () => {
    const { consoles, page } = scene();
    const owner = await consoles.world.customer('Told Ltd');
    await page.go(`incidents/${await anIncident('A list went astray')}`);
    await page.send('Look at the notice', NOTICE);
    expect(page.texts('main .refusal').join('')).toContain('Choose the customers');
    await page.press('Another customer');
    await page.write('customerName', 'Told');
    await consoles.world.until(async () => page.text('main').includes('Told Ltd, since'), 'the customers');
    await page.send('Look at the notice');
    expect(page.text('main [aria-live]')).toContain('To Told Ltd');
    await page.press('Send it');
    await consoles.world.settle();
    await page.go('incidents');
    await page.press('A list went astray');
    expectNoRefusal(page, 'told');
    expect(page.text('main')).toMatch(/Told Ltd.*to 1not yet/);
    expect(page.text('main')).toMatch(/customers notified1 customer/);
    const theirs = await consoles.tab();
    await theirs.signIn(owner.email, 'correct horse battery');
    expect(theirs.text('main')).toContain('There was a breach of your people’s data');
    await theirs.press('Read what happened');
    for (const fact of Object.values(NOTICE)) expect(theirs.text('main')).toContain(fact);
    await theirs.press('We took note of it');
    expectNoRefusal(theirs, 'noted');
    expect(theirs.text('main')).toContain('Noted on');
    await theirs.press('Overview');
    expect(theirs.text('main')).not.toContain('There was a breach');
  });

  test('what is half written outlasts another act on the page, and only where it was written', async () => {
    const { page } = scene();
    await page.go(`incidents/${await anIncident('A disk was lost')}`);
    await page.write('note', 'The disk was');
    await page.press('I see to it');
    expect(page.texts('main button')).not.toContain('I see to it');
    expect(page.value('note')).toBe('The disk was');
    page.leaves = false;
    await page.press('Compliance');
    expect(page.questions).toHaveLength(1);
    page.leaves = true;
    // Only what was typed is: how bad it is was said by somebody else meanwhile.
    await page.send('Save it', { note: 'The disk was found.' });
    expect([page.value('note'), page.questions.length]).toEqual(['', 1]);
    const [first, second] = [await anIncident('The first of two'), await anIncident('The second of two')];
    await page.go('incidents?state=open');
    const row = (id: string) => `tr[data-row="${id}"] `;
    await page.write('correctiveAction', 'Half a sentence', row(first));
    await page.send('Open an incident', { title: 'A third one', isPersonalDataBreach: 'false' });
    expect([first, second].map((id) => page.value('correctiveAction', row(id)))).toEqual([
      'Half a sentence',
      '',
    ]);
  });
}
