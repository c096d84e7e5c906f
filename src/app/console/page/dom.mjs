/** Elements out of plain calls. Whatever the server said becomes text: nothing here reads HTML. */

import { day } from './format.mjs';
import { begin, finish, isBegun } from './unsaved.mjs';

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** `h('button', { class: 'main', click: save }, 'Save')`: functions are listeners, null and false are left out. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function panel(title, ...children) {
  return h('section', { class: 'panel' }, title && h('h2', null, title), children);
}

export function tile(label, value, attributes) {
  const tag = attributes?.href ? 'a' : 'div';
  return h(
    tag,
    { ...attributes, class: `tile ${attributes?.class ?? ''}` },
    h('b', null, value),
    h('span', null, label),
  );
}

export function pill(text, mood = '') {
  return h('span', { class: `pill ${mood}` }, text.toLowerCase().replaceAll('_', ' '));
}

/** Until when something is to be done, marked where that has passed and it still is. */
export const until = (dueAt, isOpen, tell = day) => [
  tell(dueAt),
  isOpen && Date.parse(dueAt) < Date.now() && [' ', pill('overdue', 'bad')],
];

/**
 * @param columns `[title, cell, 'number']`: what stands above, what a row says there, and whether it is a number.
 * @param empty what is said when there are no rows.
 */
export function table(columns, rows, empty = 'Nothing here yet.') {
  if (rows.length === 0) return h('p', { class: 'soft' }, empty);
  return h(
    'div',
    { class: 'wide' },
    h(
      'table',
      null,
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          columns.map(([title, , kind]) =>
            // What has no title is no header: nothing would be read out.
            title ? h('th', { class: kind, scope: 'col' }, title) : h('td'),
          ),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map((row) =>
          h(
            'tr',
            { 'data-row': row.id },
            columns.map(([, cell, kind]) => h('td', { class: kind }, cell(row))),
          ),
        ),
      ),
    ),
  );
}

export function facts(...pairs) {
  const known = pairs.filter(([, value]) => ![null, undefined, false, ''].includes(value));
  return h(
    'dl',
    { class: 'facts' },
    known.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))),
  );
}

/**
 * A form that says what went wrong where it was asked, and cannot be sent twice at once. `submit` gets its values by name.
 * @param loses what whoever leaves it half filled in would lose: `'nothing'` in one that only asks; `'all'` in one whose
 * sending is a look at what is sent later. Otherwise what was not sent yet.
 */
export function form({ submit, action, fields, attributes, loses }) {
  const refusal = h('p', { class: 'refusal', role: 'alert' });
  const button = h('button', { class: 'main', type: 'submit' }, action);
  const element = h(
    'form',
    { class: 'stack', 'data-action': action, ...attributes },
    fields,
    refusal,
    button,
  );
  if (loses !== 'nothing')
    for (const type of ['input', 'change'])
      element.addEventListener(type, ({ target }) => begin(element, target));
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    refusal.textContent = '';
    const wasBegun = isBegun(element);
    // What is sent may lead to another page.
    if (loses !== 'all') finish(element);
    try {
      const values = new FormData(element);
      // Where several values have one name, the second says all of them.
      await submit(Object.fromEntries(values), (name) => values.getAll(name));
    } catch (error) {
      refusal.textContent = error.message;
      if (wasBegun) begin(element);
    } finally {
      button.disabled = false;
    }
  });
  return element;
}

export function field(label, attributes, input = h('input', attributes)) {
  return h('label', null, h('span', null, label), input);
}

export function choice(name, options, chosen, attributes) {
  const element = h(
    'select',
    { name, ...attributes },
    options.map(([value, label]) => h('option', { value }, label)),
  );
  if (options.some(([value]) => value === chosen)) element.value = chosen;
  return element;
}

/** Some of these, or none: they are sent under one name. */
export function checkboxes(legend, name, options, chosen = []) {
  return h(
    'fieldset',
    null,
    h('legend', null, legend),
    options.map(([value, label]) =>
      h(
        'label',
        null,
        h('input', { type: 'checkbox', name, value, checked: chosen.includes(value) }),
        h('span', null, label),
      ),
    ),
  );
}

/** How far something is, from 0 to 1. @param label what it is, for who does not see it. */
export function bar(done, label) {
  const fill = h('i');
  fill.style.width = `${Math.min(done, 1) * 100}%`;
  const attributes = { class: 'bar', role: 'progressbar', 'aria-label': label };
  return h('div', { ...attributes, 'aria-valuenow': Math.round(Math.min(done, 1) * 100) }, fill);
}

/** A button whose work is asynchronous; what it refuses stands beside it. */
export function act(label, work, attributes) {
  const refusal = h('span', { class: 'refusal', role: 'alert' });
  const button = h('button', { type: 'button', ...attributes }, label);
  button.addEventListener('click', async () => {
    button.disabled = true;
    refusal.textContent = '';
    try {
      await work();
    } catch (error) {
      refusal.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
  return h('span', { class: 'act' }, button, refusal);
}

/** Something that is done seldom: its form unfolds when it is asked for. */
export function unfold(label, ...children) {
  return h('details', null, h('summary', null, label), children);
}

/** Everything in a connection, where a part of it would be a wrong answer. `load(after)` answers the connection. */
export async function everyPage(load) {
  const all = [];
  for (let after = null; ;) {
    const { nodes, pageInfo } = await load(after);
    all.push(...nodes);
    if (!pageInfo.hasNextPage) return all;
    after = pageInfo.endCursor;
  }
}

/** The pages of a connection, one after the other, behind one button. `load(after)` answers the connection, `show` the page. */
export async function pages(load, show) {
  const list = h('div');
  const more = async (after) => {
    const { nodes, pageInfo } = await load(after);
    list.append(await show(nodes, after));
    if (!pageInfo.hasNextPage) return;
    const button = act('Show more', async () => {
      await more(pageInfo.endCursor);
      button.remove();
    });
    list.append(button);
  };
  await more(null);
  return list;
}
