/** One row that a model takes, filled in by its own inputs: numbers within their bounds, categories to choose, texts. */
import { choice, field, h } from '../dom.mjs';
import { countsDays, dayOf, exampleRow } from './example-row.mjs';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether each input is one value: lists of numbers and pictures are written as JSON. */
export const areSingle = (inputs) => inputs.every(({ dtype, shape }) => dtype !== 'IMAGE' && !shape);

/** Whether fields can say this row. What a model is to refuse, for one, they often cannot. */
export const canSay = (inputs, row) =>
  areSingle(inputs) &&
  typeof (row ?? undefined) === 'object' &&
  Object.keys(row).length === inputs.length &&
  inputs.every((input) => input.name in row && isSayable(input, row[input.name]));

function isSayable(input, value) {
  const { dtype, categories, optional } = input;
  if (value === null) return optional;
  if (countsDays(input)) return typeof value === 'string' ? DAY.test(value) : Number.isInteger(value);
  if (dtype !== 'STRING') return typeof value === 'number';
  return typeof value === 'string' && (!categories || categories.includes(value));
}

/** @param row what the fields say at first. Answers them, and what reads the row out of them. */
export function rowFields(inputs, row = exampleRow(inputs)) {
  const fields = inputs.map((input) => ({ input, element: control(input, row[input.name]) }));
  return {
    element: h(
      'div',
      { class: 'fields' },
      fields.map(({ input, element }) => field(labelOf(input), null, element)),
    ),
    read: () =>
      Object.fromEntries(fields.map(({ input, element }) => [input.name, valueOf(input, element.value)])),
  };
}

/** What a field says, as the model takes it. What is left empty is not known: the model fills it in. @throws Error in words. */
export function valueOf(input, text) {
  const { name, dtype, optional } = input;
  if (text === '' && optional) return null;
  if (dtype === 'STRING') return text;
  if (text === '') throw new Error(`Say a ${countsDays(input) ? 'day' : 'number'} for ${name}.`);
  if (countsDays(input)) return text;
  return Number(text);
}

/** Bounds are told and not enforced: the model refuses what it does not take, in its own words. @param attributes such as another name. */
export function control(input, value, attributes) {
  const { name, dtype, categories, maxLength, optional } = input;
  const common = { name: `row.${name}`, required: !optional, ...attributes };
  const said = value === null || value === undefined ? '' : String(value);
  if (categories) {
    const offered = categories.map((category) => [category, category]);
    return choice(common.name, optional ? [['', 'not known'], ...offered] : offered, said, common);
  }
  if (dtype === 'STRING') return h('input', { ...common, maxlength: maxLength, value: said });
  if (countsDays(input))
    return h('input', { ...common, type: 'date', value: typeof value === 'number' ? dayOf(value) : said });
  return h('input', { ...common, type: 'number', step: 'any', value: said });
}

function labelOf(input) {
  const { name, min, max, optional } = input;
  const bounds = min !== null && max !== null && min !== undefined && max !== undefined;
  const shown = countsDays(input) ? dayOf : String;
  return [name, bounds && `${shown(min)} to ${shown(max)}`, optional && 'empty where it is not known']
    .filter(Boolean)
    .join(', ');
}
