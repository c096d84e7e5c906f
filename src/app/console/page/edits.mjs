/** Forms that change what there is: lists of rows, and what changes, shown before it is sent. */
import { act, form, h, table } from './dom.mjs';
import { begin, finish } from './unsaved.mjs';

/** A list in a form. `make(value)` answers the fields of a row and how they are read. */
export function editedList({ label, add, make, first = [], most, ordered = false }) {
  const rows = [];
  const list = h('div', { class: 'entries' });
  const more = h('button', { type: 'button', click: () => insert(undefined) }, add);
  const changed = () => {
    list.replaceChildren(...rows.map(({ element }) => element));
    more.disabled = rows.length >= most;
    list.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const move = (row, by) => {
    const at = rows.indexOf(row);
    const to = at + by;
    if (to < 0 || to >= rows.length) return;
    rows.splice(at, 1);
    rows.splice(to, 0, row);
    changed();
  };
  const insert = (value) => {
    const { fields, read } = make(value);
    const refusal = h('p', { class: 'refusal', role: 'alert' });
    const button = (sign, title, click) =>
      h('button', { type: 'button', title, 'aria-label': title, click }, sign);
    const row = { read, say: (text) => (refusal.textContent = text) };
    row.element = h(
      'div',
      { class: 'entry' },
      h(
        'div',
        { class: 'row' },
        fields,
        h(
          'span',
          { class: 'moves' },
          ordered && [
            button('↑', 'Further up', () => move(row, -1)),
            button('↓', 'Further down', () => move(row, 1)),
          ],
          button('×', 'Leave it out', () => {
            rows.splice(rows.indexOf(row), 1);
            changed();
          }),
        ),
      ),
      refusal,
    );
    rows.push(row);
    changed();
  };
  first.forEach(insert);
  return {
    element: h('fieldset', null, h('legend', null, label), list, h('p', null, more)),
    read: () => rows.map((row) => row.read()),
    /** Says it beside the row; false where there is no such row. */
    say: (at, text) => {
      if (!rows[at]) return false;
      rows[at].say(text);
      return true;
    },
    hush: () => rows.forEach((row) => row.say('')),
  };
}

export function tick(name, label, checked) {
  return h(
    'label',
    { class: 'tick' },
    h('input', { type: 'checkbox', name, checked }),
    h('span', null, label),
  );
}

/**
 * A form whose order is looked at before it is given. `read(values)` answers `{ order, changes }`, the changes as
 * `{ part, before, after }`, or `{ order, told }` where more is to be said; whoever changes a field after that has to look again.
 */
export function lookedAt({
  look = 'Look at the change',
  action,
  fields,
  read,
  send,
  attributes,
  loses = 'all',
}) {
  const shown = h('div', { 'aria-live': 'polite' });
  const sent = async (order) => {
    finish(element);
    try {
      await send(order);
    } catch (error) {
      if (loses === 'all') begin(element);
      throw error;
    }
  };
  const element = form({
    action: look,
    fields,
    loses,
    attributes: { ...attributes, input: () => shown.replaceChildren() },
    submit: async (values) => {
      const { order, changes, told = differences(changes) } = await read(values);
      if (changes?.length === 0) throw new Error('Nothing would change.');
      shown.replaceChildren(
        told,
        h(
          'p',
          null,
          act(action, () => sent(order), { class: 'main' }),
        ),
      );
    },
  });
  return h('div', null, element, shown);
}

export const differences = (changes) =>
  table(
    [
      ['Part', ({ part }) => part.toLowerCase().replaceAll('_', ' ')],
      ['Before', ({ before }) => said(before)],
      ['After', ({ after }) => said(after)],
    ],
    changes,
    'Nothing differs.',
  );

const said = (value) =>
  h('code', null, typeof value === 'string' || value === undefined ? (value ?? '–') : JSON.stringify(value));

/** What differs between two objects. */
export function changesOf(before, after) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((part) =>
    JSON.stringify(before[part]) === JSON.stringify(after[part])
      ? []
      : [{ part, before: before[part], after: after[part] }],
  );
}

/** @throws Error in words that say where. */
export function jsonOf(text, what) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${what} is no JSON: ${error.message}`, { cause: error });
  }
}

export const listOf = (text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The same key for the same order: pressed again because the answer was lost, it does nothing twice. */
export function orderKeys() {
  let [last, key] = [undefined, undefined];
  return (order) => {
    const text = JSON.stringify(order);
    if (text !== last)
      key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join('-');
    last = text;
    return { ...order, idempotencyKey: key };
  };
}

const digitsOf = ({ formatted }) => /\.(\d+) /.exec(formatted)?.[1].length ?? 0;

/** Whole minor units of an amount as people write it, without a float in between. `like` is money of the currency. */
export function minorOf(text, like) {
  const [whole, part = ''] = text.split('.');
  const digits = digitsOf(like);
  if (!/^\d+(\.\d+)?$/.test(text) || part.length > digits)
    throw new Error(`An amount looks like ${digits > 0 ? `59.${'0'.repeat(digits)}` : '59'}.`);
  return BigInt(`${whole}${part.padEnd(digits, '0')}`).toString();
}

/** As people write it, without the currency. */
export const plainOf = ({ formatted }) => formatted.split(' ')[0].replaceAll(',', '');
