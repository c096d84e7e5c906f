/** The words with which people are asked: what they are now, what they were, and a next version that starts from them. */
import { field, form, h, panel, table, unfold } from '../dom.mjs';
import { day, words } from '../format.mjs';

export async function consentTexts({ api, mayPublish, reload }) {
  const { consentTexts: all } = await api.ask('ConsentTexts');
  const texts = byText(all);
  const publish = async (input) => {
    await api.act('ConsentTextPublish', input);
    await reload();
  };
  return panel(
    'What people are asked',
    table(
      [
        [
          'Purpose',
          ([{ purpose, language }]) => [
            h('b', null, words(purpose)),
            h('br'),
            h('span', { class: 'soft' }, language),
          ],
        ],
        ['Words', ([{ title, body }]) => [h('b', null, title), unfold('In full', h('p', null, body))]],
        ['Version', ([{ version, createdAt }]) => `${version}, since ${day(createdAt)}`],
        ['Before', ([, ...earlier]) => earlier.length > 0 && unfold(`${earlier.length}`, earlier.map(old))],
        ['', ([present]) => mayPublish && unfold('Say it otherwise', next(present, publish))],
      ],
      texts,
    ),
    mayPublish && unfold('In another language', translation(texts, publish)),
  );
}

/** The versions of each text, in the order in which they came: newest first. */
function byText(versions) {
  const texts = new Map();
  for (const version of versions) {
    const key = `${version.purpose} ${version.language}`;
    texts.set(key, [...(texts.get(key) ?? []), version]);
  }
  return [...texts.values()];
}

const old = ({ version, title, body, createdAt }) => [
  h('p', null, h('b', null, `${version}, since ${day(createdAt)}: ${title}`)),
  h('p', { class: 'soft' }, body),
];

const wording = ({ title = '', body = '' } = {}) => [
  field('Headline', { name: 'title', required: true, maxlength: 200, value: title }),
  field(
    'In full',
    null,
    h('textarea', { name: 'body', required: true, minlength: 20, maxlength: 10_000, rows: 8 }, body),
  ),
];

function next(present, publish) {
  const { purpose, language, jurisdiction, version } = present;
  return form({
    action: `Publish version ${version + 1}`,
    fields: [
      h('p', { class: 'soft' }, 'What was agreed to before stands, under the words that were shown.'),
      wording(present),
    ],
    submit: ({ title, body }) =>
      publish({ purpose, language, jurisdiction, title, body, expectedVersion: version }),
  });
}

function translation(texts, publish) {
  const purposes = [...new Set(texts.map(([{ purpose }]) => purpose))];
  return form({
    action: 'Publish it',
    fields: [
      field(
        'Purpose',
        null,
        h(
          'select',
          { name: 'purpose' },
          purposes.map((purpose) => h('option', { value: purpose }, words(purpose))),
        ),
      ),
      field('Language, for example de', { name: 'language', required: true, minlength: 2, maxlength: 35 }),
      wording(),
    ],
    submit: ({ purpose, language, title, body }) =>
      publish({ purpose, language, title, body, expectedVersion: 0 }),
  });
}
