/** The words with which people are asked, as staff changes them and as people meet them. */
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

let world: World;
let owner: CustomerPerson;
let person: Person;

beforeAll(async () => {
  world = await startWorld();
  owner = await world.customer();
  person = await world.endUser(owner);
});
afterAll(() => world.close());

const agree = (input: object) =>
  person.client.mutate(
    'consentRecord',
    'ConsentRecordInput!',
    { purpose: 'MARKETING', granted: true, language: 'pt-BR', ...input },
    'record { id }',
  );

test('other words are a version of their own: what was agreed to stands under the words that were shown, and asks to be asked anew', async () => {
  const staff = await world.staff('COMPLIANCE');
  const publish = (who: Person, input: object) =>
    who.client.attempt<{ consentText: { id: string; version: number } | null }>(
      'consentTextPublish',
      'ConsentTextPublishInput!',
      {
        purpose: 'MARKETING',
        language: 'PT-br',
        title: 'Contar mais',
        body: 'Podemos contar-lhe mais do que oferecemos.',
        ...input,
      },
      'consentText { id version }',
    );
  const standing = async () => {
    const { viewer } = await person.client.ask<{
      viewer: { endUser: { consents: { purpose: string }[] } };
    }>('{ viewer { endUser { consents { purpose granted outdated text { version language } } } } }');
    return viewer.endUser.consents.find(({ purpose }) => purpose === 'MARKETING');
  };
  expect((await publish(staff, { expectedVersion: 1 })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await publish(staff, { expectedVersion: 0 })).payload.consentText).toMatchObject({ version: 1 });
  await agree({});
  const text = { version: 1, language: 'pt-BR' };
  expect(await standing()).toEqual({ purpose: 'MARKETING', granted: true, outdated: false, text });

  const body = 'Podemos contar-lhe mais, uma vez por mês e nunca mais do que isso.';
  const twice = await Promise.all(
    [1, 2].map((n) => publish(staff, { body: `${body} ${n}`, expectedVersion: 1 })),
  );
  expect(twice.map(({ payload }) => payload.consentText?.version).sort()).toEqual([2, undefined]);
  expect(await standing()).toEqual({ purpose: 'MARKETING', granted: true, outdated: true, text });
  await agree({ textVersion: 2 });
  expect(await standing()).toMatchObject({ granted: true, outdated: false });

  const { consentTexts } = await world
    .client()
    .ask<{ consentTexts: { version: number }[] }>(
      '{ consentTexts(language: "pt-BR", earlier: true) { version } }',
    );
  expect(consentTexts.map(({ version }) => version)).toEqual([2, 1]);
});

test('what is no text is not published, and nobody but compliance publishes', async () => {
  const staff = await world.staff('COMPLIANCE');
  const text = {
    purpose: 'TRAINING',
    language: 'fr',
    title: 'Apprendre',
    body: 'Nous apprenons de vos demandes.',
  };
  const publish = (who: Person, input: object) =>
    who.client.attempt(
      'consentTextPublish',
      'ConsentTextPublishInput!',
      { ...text, ...input },
      'consentText { id }',
    );
  for (const [wrong, at] of [
    [{ language: 'no language' }, 'language'],
    [{ body: 'short' }, 'body'],
    [{ title: '' }, 'title'],
  ] as const)
    expect((await publish(staff, wrong)).errors).toMatchObject([{ path: ['input', at] }]);
  await publish(staff, {});
  expect((await publish(staff, {})).errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'body'] },
  ]);
  for (const other of [owner, person, await world.staff('ANALYST')])
    await expect(publish(other, {})).rejects.toThrow(/consent-text:publish/);
});
