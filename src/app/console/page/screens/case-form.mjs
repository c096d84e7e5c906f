/** A case of a suite as a form, made of what the model takes and answers: a row, and what must be so about the answer to it. */
import { choice, field, h } from '../dom.mjs';
import { editedList, listOf, tick } from '../edits.mjs';
import { parsed } from '../json.mjs';
import { KINDS } from './case-words.mjs';
import { areSingle, canSay, control, rowFields, valueOf } from './row-fields.mjs';

const MOST_CHECKS = 20;
const PARTS = new Map(KINDS.map(([kind, , parts]) => [kind, parts]));

/** What a model takes and answers by its latest version; null where a form cannot say its rows. */
export async function signatureOf(api, modelId) {
  const { node } = await api.ask('ModelSignature', { id: modelId });
  const signature = node?.versions.nodes[0]?.signature;
  return signature && areSingle(signature.inputs) ? signature : null;
}

/** Whether the form can say the case as it stands. */
export const canSayCase = ({ inputs }, { input, checks }) =>
  canSay(inputs, input) &&
  checks.every(({ changes }) => {
    if (!changes) return true;
    const [name, ...more] = Object.keys(changes);
    const changed = inputs.find((one) => one.name === name);
    return more.length === 0 && changed && canSay([changed], changes);
  });

/** @param one what the form says at first. Answers its fields, and what reads the case out of them. */
export function caseForm(signature, one) {
  const row = rowFields(signature.inputs, one?.input);
  const key = h('input', {
    name: 'key',
    required: true,
    maxlength: 100,
    pattern: '[A-Za-z0-9_.:\\-]+',
    title: 'letters, digits, dots, colons, hyphens and underscores',
    value: one?.key ?? '',
  });
  const tags = h('input', { name: 'tags', placeholder: 'rich, edge', value: one?.tags.join(', ') ?? '' });
  const mustPass = tick('mustPass', 'a version that fails it fails the whole suite', one?.mustPass);
  const checks = editedList({
    label: 'What must be so about the answer: all of it',
    add: 'Another expectation',
    most: MOST_CHECKS,
    first: one?.checks ?? [undefined],
    make: (check) => expectation(signature, check),
  });
  return {
    element: h(
      'div',
      { class: 'stack' },
      h(
        'div',
        { class: 'fields' },
        field('Key: the name of the case', null, key),
        field('Tags, with commas', null, tags),
      ),
      mustPass,
      h('fieldset', null, h('legend', null, 'The row that is asked'), row.element),
      checks.element,
    ),
    read: () => {
      const said = checks.read();
      if (said.length === 0) throw new Error('Say what must be so about the answer.');
      return {
        key: key.value,
        input: row.read(),
        checks: said,
        mustPass: mustPass.querySelector('input').checked,
        tags: listOf(tags.value),
      };
    },
  };
}

/** A classifier is answered with the name of the class beside its numbers. */
const answeredBy = ({ outputs, labels }) =>
  labels && outputs.every(({ name }) => name !== 'label')
    ? [...outputs, { name: 'label', dtype: 'STRING', shape: null }]
    : outputs;

function expectation(signature, check) {
  const { inputs, labels } = signature;
  const outputs = answeredBy(signature);
  const text = labels && outputs.find(({ dtype }) => dtype === 'STRING');
  const of = check?.field ?? (text || outputs[0])?.name;
  const names = [...new Set([...outputs.map(({ name }) => name), of])].filter(Boolean);
  const about = choice(
    'field',
    names.map((name) => [name, name]),
    of,
  );
  const kind = choice('kind', KINDS, check?.kind ?? (text ? 'EQUALS' : 'BETWEEN'), {
    change: () => settle(),
  });
  const number = (name) => h('input', { name, type: 'number', step: 'any', value: check?.[name] ?? '' });
  const first = check?.value ?? labels?.at(-1) ?? '';
  const value = h('input', {
    name: 'value',
    value: typeof first === 'string' ? first : JSON.stringify(first),
  });
  const [minimum, maximum, tolerance] = ['minimum', 'maximum', 'tolerance'].map(number);
  const changes = change(inputs, check?.changes);
  const parts = {
    field: field('The answer’s', null, about),
    value: field('This', null, value),
    minimum: field('From, empty for no bound', null, minimum),
    maximum: field('To, empty for no bound', null, maximum),
    tolerance: field('Give or take', null, tolerance),
    changes: changes.element,
  };
  const settle = () => {
    const shown = PARTS.get(kind.value);
    for (const [name, element] of Object.entries(parts))
      element.hidden = name === 'field' ? kind.value === 'REFUSED' : !shown.includes(name);
  };
  settle();
  const numeric = (input) => (input.value === '' ? undefined : Number(input.value));
  const read = {
    value: () => expected(outputs, about.value, kind.value, value.value),
    minimum: () => numeric(minimum),
    maximum: () => numeric(maximum),
    tolerance: () => numeric(tolerance),
    changes: changes.read,
  };
  return {
    fields: [parts.field, field('Must be so', null, kind), ...Object.values(parts).slice(1)],
    read: () => {
      if (kind.value === 'REFUSED') return { kind: 'REFUSED' };
      const said = PARTS.get(kind.value).map((part) => [part, read[part]()]);
      return {
        kind: kind.value,
        field: about.value,
        ...Object.fromEntries(said.filter(([, known]) => known !== undefined)),
      };
    },
  };
}

/** A text where the answer is one, a number where it is one; all else as JSON. */
function expected(outputs, name, kind, text) {
  const { dtype, shape } = outputs.find((output) => output.name === name) ?? {};
  if (dtype === 'STRING' && (!shape || kind === 'CONTAINS')) return text;
  if (dtype !== 'FLOAT32' || shape) return parsed(text, `What ${name} must be is`);
  if (text.trim() === '' || !Number.isFinite(Number(text)))
    throw new Error(`${name} is a number: say which it must be.`);
  return Number(text);
}

/** One input with another value: whoever changes several at once writes JSON. */
function change(inputs, changes) {
  const [name] = Object.keys(changes ?? {});
  const place = h('span');
  const which = choice(
    'changed',
    inputs.map((input) => [input.name, input.name]),
    name,
    { change: () => show() },
  );
  const chosen = () => inputs.find((input) => input.name === which.value);
  const show = (value) => {
    const other = control(chosen(), value, { name: 'other', required: false });
    place.replaceChildren(field('is instead', null, other));
  };
  show(changes?.[name]);
  return {
    element: h('div', { class: 'row' }, field('when', null, which), place),
    read: () => ({ [which.value]: valueOf(chosen(), place.querySelector('[name=other]').value) }),
  };
}
