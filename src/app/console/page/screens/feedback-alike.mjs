/** What says much the same: counted together under one, whose votes it then adds to, and taken apart again. */
import { act, h, panel, pill, table } from '../dom.mjs';
import { saying } from './saying.mjs';

/** @param moods the colour of each status. */
export function alike({ api, item, moods, reload }) {
  if (item.similar.length === 0) return null;
  const merge = async (id) => {
    await api.act('FeedbackMerge', { ids: [id], into: item.id });
    await reload();
  };
  return panel(
    'Others said much the same',
    table(
      [
        ['What was said', (one) => h('a', { href: `#/feedback/${one.id}` }, one.text)],
        ['From', ({ customer }) => customer?.name ?? '–'],
        ['Status', ({ status }) => pill(status, moods[status])],
        // What is counted elsewhere already stands for nothing.
        ['', ({ id }) => !item.mergedInto && act('Count it with this one', () => merge(id))],
      ],
      item.similar,
    ),
  );
}

/** Of what is counted with another: with which, and the way back. */
export function countedWith({ api, item: { id, mergedInto }, reload }) {
  if (!mergedInto) return null;
  const part = async () => {
    await api.act('FeedbackMerge', { ids: [id], into: null });
    await reload();
  };
  return h(
    'p',
    null,
    'Counted with ',
    h('a', { href: `#/feedback/${mergedInto.id}` }, saying(mergedInto)),
    ' ',
    act('It says something else', part),
  );
}
