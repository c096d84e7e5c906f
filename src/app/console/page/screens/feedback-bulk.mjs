/** Several pieces of feedback that are decided about at once: all of those that are ticked, or none, and then it stands at each why. */
import { choice, field, form, h, unfold } from '../dom.mjs';
import { number, words } from '../format.mjs';
import { saying } from './saying.mjs';

/** As many as the service takes at once. */
const MOST = 100;

/**
 * @param statuses those that a reviewer may choose.
 * @returns the column of ticks for the table, what hindered one, and what is done with those that are ticked, for below the table.
 */
export function bulk({ api, viewer, statuses, reload }) {
  const items = new Map();
  const ticked = () => [...items.values()].filter(({ tick }) => tick.checked);
  const count = h('strong', { role: 'status' });
  const standing = h('span', null);
  const bar = h('div', {
    class: 'ticked',
    role: 'group',
    'aria-label': 'What is done with those that are ticked',
  });
  const changed = () => {
    const chosen = ticked();
    bar.hidden = chosen.length === 0;
    count.textContent = `${number(chosen.length)} ticked`;
    const before = standing.querySelector('select')?.value;
    const all = chosen.map(({ item }) => [item.id, saying(item)]);
    standing.replaceChildren(
      field(
        'Which of them stands for all',
        null,
        choice('into', all, before ?? all[0]?.[0], { required: true }),
      ),
    );
  };
  const untick = () => {
    for (const { tick, refusal } of items.values()) {
      tick.checked = false;
      refusal.textContent = '';
    }
    changed();
  };
  /** @throws Error that says how many hinder; why stands at each. */
  const together = async (name, input, chosen) => {
    for (const { refusal } of items.values()) refusal.textContent = '';
    if (chosen.length > MOST) throw new Error(`At most ${MOST} at once.`);
    try {
      await api.act(name, input);
    } catch (error) {
      const hindering = (error.errors ?? []).filter((one) => say(one, chosen));
      if (hindering.length === 0) throw error;
      const hinder = `${number(hindering.length)} of ${number(chosen.length)}`;
      throw new Error(`Nothing was changed: ${hinder} cannot be so. Why stands at each.`, { cause: error });
    }
    await reload();
  };
  const say = ({ message, path, currentId }, chosen) => {
    const named = items.get(currentId) ?? (path?.[1] === 'items' && chosen[Number(path[2])]);
    if (named) named.refusal.textContent = message;
    return Boolean(named);
  };
  bar.append(
    h('p', { class: 'row' }, count, h('button', { type: 'button', click: untick }, 'Tick none')),
    unfold('Decide about them', deciding({ viewer, statuses, ticked, together })),
    unfold(
      'They say the same',
      form({
        action: 'Count them as one',
        fields: standing,
        submit: ({ into }) => {
          const others = ticked().filter(({ item }) => item.id !== into);
          if (others.length === 0) throw new Error('Tick at least two.');
          return together('FeedbackMerge', { into, ids: others.map(({ item }) => item.id) }, others);
        },
      }),
    ),
  );
  changed();
  return {
    column: ['', (item) => tickOf({ item, items, changed }), 'tick'],
    refusal: ({ id }) => items.get(id).refusal,
    all: tickAll(items, changed),
    bar,
  };
}

function tickOf({ item, items, changed }) {
  const tick = h('input', { type: 'checkbox', 'aria-label': `Tick: ${saying(item)}`, change: changed });
  const refusal = h('p', { class: 'refusal', role: 'alert' });
  items.set(item.id, { item, tick, refusal });
  return tick;
}

/** Of those that are shown: more may follow. */
const tickAll = (items, changed) =>
  h(
    'button',
    {
      type: 'button',
      click: () => {
        for (const { tick } of [...items.values()].slice(0, MOST)) if (tick.isConnected) tick.checked = true;
        changed();
      },
    },
    'Tick all that are shown',
  );

const deciding = ({ viewer, statuses, ticked, together }) =>
  form({
    action: 'Do it to all of them',
    attributes: { class: 'row' },
    fields: [
      field(
        'Status',
        null,
        choice('status', [['', 'as it is'], ...statuses.map((name) => [name, words(name)])], ''),
      ),
      field(
        'Assigned to',
        null,
        choice(
          'assigned',
          [
            ['', 'as it is'],
            ['me', 'me'],
            ['nobody', 'nobody'],
          ],
          '',
        ),
      ),
      field('Another label', { name: 'addTag', maxlength: 50 }),
      field('Take a label away', { name: 'removeTag', maxlength: 50 }),
      field('Note, kept in the history', { name: 'note', maxlength: 2000 }),
    ],
    submit: ({ status, assigned, addTag, removeTag, note }) => {
      const decision = {
        ...(status && { status }),
        ...(assigned && { assigneeId: assigned === 'me' ? viewer.staff.id : null }),
        ...(addTag && { addTags: [addTag] }),
        ...(removeTag && { removeTags: [removeTag] }),
        ...(note && { note }),
      };
      if (Object.keys(decision).length === 0) throw new Error('Nothing would change.');
      const chosen = ticked();
      const items = chosen.map(({ item }) => ({ id: item.id, expectedVersion: item.version }));
      return together('FeedbackTriageMany', { items, ...decision }, chosen);
    },
  });
