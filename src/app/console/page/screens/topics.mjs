/** What people speak of, found by the service; whoever reads it gives a topic a name that says more than its words. */
import { field, form, h, pages, panel, table, unfold } from '../dom.mjs';
import { money, number, share } from '../format.mjs';

export async function topics({ api, reload }) {
  const list = await pages(
    async (after) => (await api.ask('FeedbackTopics', { after })).feedbackTopics,
    (nodes) =>
      table(
        [
          ['Topic', nameOf],
          ['Said in 30 days', ({ figures }) => number(figures.count), 'number'],
          ['Grew by', ({ figures }) => share(figures.growth), 'number'],
          ['People', ({ figures }) => number(figures.people), 'number'],
          [
            'They pay a month',
            ({ figures }) => figures.monthlyRevenue.map(money).join(', ') || '–',
            'number',
          ],
          ['', (topic) => renaming({ api, topic, reload })],
        ],
        nodes,
        'None was found yet. Topics are found every hour, once several people speak of the same.',
      ),
  );
  return panel('What people speak of', list);
}

function nameOf({ label, name, words, newest }) {
  const [latest] = newest;
  return [
    h('b', null, label || 'no word in common'),
    name && words.length > 0 && h('div', { class: 'soft' }, words.join(', ')),
    latest && h('div', null, h('a', { href: `#/feedback/${latest.id}` }, `“${latest.text}”`)),
  ];
}

const renaming = ({ api, topic: { id, name, version }, reload }) =>
  unfold(
    'Name it',
    form({
      action: 'Name it so',
      fields: field('Name; empty to be called by its words', {
        name: 'topicName',
        maxlength: 100,
        value: name ?? '',
      }),
      submit: async ({ topicName }) => {
        await api.act('FeedbackTopicRename', {
          id,
          expectedVersion: version,
          name: topicName.trim() || null,
        });
        await reload();
      },
    }),
  );
