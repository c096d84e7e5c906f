/**
 * Whom a rule is for, as rows that must all be so: an attribute, how it is held against what, and what. What rows cannot
 * say is written as JSON; no condition is changed by being shown.
 */
import { choice, field, h } from '../dom.mjs';
import { editedList, jsonOf, listOf } from '../edits.mjs';

const MOST_ROWS = 10;
const OPERATORS = [
  ['$eq', 'is'],
  ['$ne', 'is not'],
  ['$in', 'is one of'],
  ['$nin', 'is none of'],
  ['$gt', 'is above'],
  ['$gte', 'is at least'],
  ['$lt', 'is below'],
  ['$lte', 'is at most'],
  ['$regex', 'matches the pattern'],
  ['$exists', 'is known: true or false'],
  ['$vgte', 'is a version from'],
  ['$vlt', 'is a version before'],
];
const KNOWN = new Set(OPERATORS.map(([name]) => name));
const OF_MANY = ['$in', '$nin'];
const OF_TEXT = ['$regex', '$vgte', '$vlt'];

/** 18 is a number and true is yes; everything else is a text, also what stands in quotes. */
function meant(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' ? text : value;
  } catch {
    return text;
  }
}
const shown = (value) =>
  typeof value === 'string' && (value === '' || meant(value) !== value || value.includes(','))
    ? JSON.stringify(value)
    : String(value);

function valueOf(operator, text) {
  if (OF_MANY.includes(operator)) return listOf(text).map(meant);
  return OF_TEXT.includes(operator) ? text : meant(text);
}
function textOf(operator, value) {
  if (OF_MANY.includes(operator))
    return Array.isArray(value) && value.length > 0 ? value.map(shown).join(', ') : null;
  if (OF_TEXT.includes(operator)) return typeof value === 'string' ? value : null;
  return ['string', 'number', 'boolean'].includes(typeof value) ? shown(value) : null;
}

/** Null for no rows at all: everybody. */
export function conditionOf(rows) {
  const all = new Map();
  for (const { attribute, operator, text } of rows) {
    const before = all.get(attribute) ?? [];
    if (before.some(([name]) => name === operator))
      throw new Error(`${attribute} is asked the same twice: write it as JSON, with $and.`);
    all.set(attribute, [...before, [operator, valueOf(operator, text)]]);
  }
  const asked = [...all].map(([attribute, tests]) => {
    const [[operator, value]] = tests;
    return [attribute, tests.length === 1 && operator === '$eq' ? value : Object.fromEntries(tests)];
  });
  return asked.length === 0 ? null : Object.fromEntries(asked);
}

/** Null for a condition that rows would not say in just the same way. */
export function rowsOf(condition) {
  const rows = Object.entries(condition ?? {}).flatMap(([attribute, asked]) =>
    Object.entries(typeof asked === 'object' && asked !== null ? asked : { $eq: asked }).map(
      ([operator, value]) => ({
        attribute,
        operator,
        text: KNOWN.has(operator) ? textOf(operator, value) : null,
      }),
    ),
  );
  if (rows.some(({ attribute, text }) => attribute.startsWith('$') || text === null)) return null;
  return JSON.stringify(conditionOf(rows)) === JSON.stringify(condition ?? null) ? rows : null;
}

function row({ attribute = '', operator = '$eq', text = '' } = {}) {
  const name = h('input', { name: 'attribute', required: true, value: attribute, placeholder: 'country' });
  const how = choice('operator', OPERATORS, operator);
  const what = h('input', { name: 'against', required: true, value: text, placeholder: 'DE' });
  return {
    fields: [field('Attribute', null, name), field('How', null, how), field('What', null, what)],
    read: () => ({ attribute: name.value, operator: how.value, text: what.value }),
  };
}

function inRows(rows) {
  const list = editedList({
    label: 'Whom: all of these must be so; without any, everybody',
    add: 'Another condition',
    make: row,
    first: rows,
    most: MOST_ROWS,
  });
  const hint = 'Several values have commas between them. 18 is a number, "18" a text.';
  return { element: [list.element, h('small', null, hint)], read: () => conditionOf(list.read()) };
}

function asJson(condition) {
  const text = h('textarea', {
    name: 'condition',
    spellcheck: 'false',
    value: condition ? JSON.stringify(condition, null, 2) : '',
    placeholder: '{ "$or": [{ "country": "DE" }, { "beta": true }] }',
  });
  const element = h(
    'label',
    { class: 'broad' },
    h('span', null, 'Whom: a condition on attributes, empty for everybody'),
    text,
  );
  return {
    element: [element],
    read: () => (text.value.trim() === '' ? null : jsonOf(text.value, 'The condition')),
  };
}

/** The field of a rule, and how it is read. */
export function conditionField(condition) {
  const rows = rowsOf(condition);
  let isJson = rows === null;
  let part = isJson ? asJson(condition) : inRows(rows);
  const refusal = h('p', { class: 'refusal', role: 'alert' });
  const place = h('div', { input: () => (refusal.textContent = '') }, part.element);
  const other = h('button', { type: 'button', class: 'quiet' });
  const name = () => (other.textContent = isJson ? 'As rows' : 'As JSON');
  other.addEventListener('click', () => {
    refusal.textContent = '';
    try {
      const now = part.read();
      const found = isJson ? rowsOf(now) : [];
      if (found === null) throw new Error('Rows cannot say this.');
      part = isJson ? inRows(found) : asJson(now);
      isJson = !isJson;
      place.replaceChildren(...part.element);
      name();
    } catch (error) {
      refusal.textContent = error.message;
    }
  });
  name();
  return { element: h('div', { class: 'condition' }, place, other, refusal), read: () => part.read() };
}
