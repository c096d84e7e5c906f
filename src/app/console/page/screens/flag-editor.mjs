/** A flag is changed here: its rules in order, where it is on, what it requires; what changes is looked at before it is sent. */
import { act, choice, everyPage, field, form, h, unfold } from '../dom.mjs';
import { changesOf, editedList, jsonOf, lookedAt, tick } from '../edits.mjs';
import { words } from '../format.mjs';
import { conditionField } from './flag-condition.mjs';

const TYPES = ['BOOLEAN', 'STRING', 'NUMBER', 'JSON'];
const MOST_RULES = 20;
const MOST_REQUIRED = 5;

const area = (attributes) => h('textarea', { spellcheck: 'false', ...attributes });
const written = (value) => (value === undefined || value === null ? '' : JSON.stringify(value, null, 2));
const reasons = { name: 'reason', required: true, minlength: 3, maxlength: 1000 };

/** A field for a value of the type, and how it is read. */
function valueOf(label, name, type, value) {
  if (type === 'BOOLEAN') {
    const options = ['false', 'true'].map((one) => [one, one]);
    const input = choice(name, options, String(value ?? false));
    return { element: field(label, null, input), read: () => input.value === 'true' };
  }
  if (type === 'JSON') {
    const input = area({ name, value: written(value), required: true });
    return { element: field(label, null, input), read: () => jsonOf(input.value, label) };
  }
  const isNumber = type === 'NUMBER';
  const input = h('input', {
    name,
    value: value ?? '',
    required: isNumber,
    ...(isNumber && { type: 'number', step: 'any' }),
  });
  return { element: field(label, null, input), read: () => (isNumber ? Number(input.value) : input.value) };
}

function rule(type, { condition, value, percentage } = {}) {
  const whom = conditionField(condition);
  const gets = valueOf('gets', 'value', type, value);
  const share = h('input', {
    name: 'percentage',
    type: 'number',
    min: 0,
    max: 100,
    step: 'any',
    value: percentage ?? '',
  });
  return {
    fields: [whom.element, gets.element, field('% of them, empty for all', null, share)],
    read: () => ({
      condition: whom.read(),
      value: gets.read(),
      percentage: share.value === '' ? null : Number(share.value),
    }),
  };
}

function prerequisite(flags, { flag, value } = {}) {
  const typeOf = (id) => flags.find((one) => one.id === id)?.type ?? 'JSON';
  let gives = valueOf('gives', 'required-value', typeOf(flag?.id ?? flags[0]?.id), value);
  const place = h('div', null, gives.element);
  const which = choice(
    'required',
    flags.map(({ id, key }) => [id, key]),
    flag?.id,
    {
      change: () => {
        gives = valueOf('gives', 'required-value', typeOf(which.value));
        place.replaceChildren(gives.element);
      },
    },
  );
  return {
    fields: [field('The flag', null, which), place],
    read: () => ({ flagId: which.value, value: gives.read() }),
  };
}

/** As it is, in the words of the form. */
const stateOf = (found) => ({
  rules: found.rules.map(({ condition, value, percentage }) => ({ condition, value, percentage })),
  defaultValue: found.defaultValue,
  valueSchema: found.valueSchema,
  environments: found.environments.map(({ environment, enabled }) => ({ environment, enabled })),
  prerequisites: found.prerequisites.map(({ flag, value }) => ({ flagId: flag.id, value })),
  requiresReview: found.requiresReview,
  permanent: found.permanent,
  stale: found.stale?.reason === 'MARKED' ? found.stale.detail : null,
});

/** A button; the editor takes its place when it is pressed. */
export function flagEditor({ api, found, reload }) {
  const place = h('div');
  const open = async () => {
    const flags = await everyPage(async (after) => (await api.ask('Flags', { after })).featureFlags);
    place.replaceChildren(editor({ api, found, flags: flags.filter(({ id }) => id !== found.id), reload }));
  };
  place.append(act('Change it', open));
  return place;
}

function editor({ api, found, flags, reload }) {
  const before = stateOf(found);
  const rules = editedList({
    label: 'Rules: the first that applies decides',
    add: 'Another rule',
    make: (one) => rule(found.type, one),
    first: before.rules,
    most: MOST_RULES,
    ordered: true,
  });
  const required = editedList({
    label: 'Requires',
    add: 'Another prerequisite',
    make: (one) => prerequisite(flags, one),
    first: found.prerequisites,
    most: flags.length > 0 ? MOST_REQUIRED : 0,
  });
  const fallback = valueOf(
    'Default: who meets no rule, or where it is off',
    'default',
    found.type,
    found.defaultValue,
  );
  const schema =
    found.type === 'JSON' &&
    area({ name: 'schema', value: written(found.valueSchema), placeholder: '{ "type": "object" }' });
  const read = (values) => {
    const after = {
      rules: rules.read(),
      defaultValue: fallback.read(),
      valueSchema: schema && schema.value.trim() !== '' ? jsonOf(schema.value, 'The schema') : null,
      environments: before.environments.map(({ environment }) => ({
        environment,
        enabled: `on.${environment}` in values,
      })),
      prerequisites: required.read(),
      requiresReview: 'requiresReview' in values,
      permanent: 'permanent' in values,
      stale: values.stale || null,
    };
    const changes = changesOf(before, after);
    const parts = changes.map(({ part }) => [part, after[part]]);
    return {
      order: { ...Object.fromEntries(parts), reason: values.reason, expectedRevision: found.revision },
      changes,
    };
  };
  return lookedAt({
    action: found.requiresReview ? 'Ask for it' : 'Do it',
    read,
    send: async (order) => {
      rules.hush();
      required.hush();
      try {
        await api.act('FlagUpdate', order, { id: found.id });
      } catch (error) {
        throw placed(error, { rules, prerequisites: required });
      }
      await reload();
    },
    fields: [
      found.requiresReview &&
        h('p', { class: 'soft' }, 'What changes the answers of production waits for somebody else.'),
      rules.element,
      fallback.element,
      schema && field('Schema that its values fulfil, empty for any', null, schema),
      h(
        'fieldset',
        null,
        h('legend', null, 'On in'),
        before.environments.map(({ environment, enabled }) =>
          tick(`on.${environment}`, words(environment), enabled),
        ),
      ),
      required.element,
      h(
        'fieldset',
        null,
        h('legend', null, 'What it is'),
        tick('requiresReview', 'somebody else approves what changes production', found.requiresReview),
        tick('permanent', 'it is meant to stay, as a kill switch is', found.permanent),
      ),
      field('It should be removed, because', {
        name: 'stale',
        value: before.stale ?? '',
        minlength: 3,
        maxlength: 1000,
      }),
      field('Why it is changed', reasons),
    ],
  });
}

/** What is wrong with a row stands at the row; the rest is said below. */
function placed(error, lists) {
  const rest = (error.errors ?? []).filter(({ path, message }) => {
    const [, part, at, ...inside] = path ?? [];
    return !lists[part]?.say(Number(at), `${inside.join('.')}: ${message}`);
  });
  if (!error.errors) return error;
  return new Error(
    rest.map(({ path, message }) => `${path?.slice(1).join('.') ?? ''}: ${message}`).join(' ') ||
      'See what is said above.',
  );
}

export function flagMaking({ api }) {
  let gives = valueOf('Everybody gets', 'default', 'BOOLEAN');
  const place = h('div', null, gives.element);
  const type = choice(
    'type',
    TYPES.map((one) => [one, words(one)]),
    'BOOLEAN',
    {
      change: () => {
        gives = valueOf('Everybody gets', 'default', type.value);
        place.replaceChildren(gives.element);
      },
    },
  );
  return unfold(
    'A new flag',
    form({
      action: 'Make it',
      fields: [
        field('Key, by which programs ask for it', {
          name: 'key',
          required: true,
          pattern: '[A-Za-z0-9_.\\-]{1,100}',
        }),
        field('Type', null, type),
        place,
        tick('requiresReview', 'somebody else approves what changes production', false),
        tick('permanent', 'it is meant to stay, as a kill switch is', false),
      ],
      submit: async (values) => {
        const { featureFlag } = await api.act('FlagCreate', {
          key: values.key,
          type: type.value,
          defaultValue: gives.read(),
          requiresReview: 'requiresReview' in values,
          permanent: 'permanent' in values,
        });
        location.hash = `#/flags/${encodeURIComponent(featureFlag.key)}`;
      },
    }),
  );
}

/** Out of use, or back. */
export const flagArchiving = ({ api, found, reload }) =>
  unfold(
    found.archivedAt ? 'Bring it back' : 'Take it out of use',
    form({
      action: found.archivedAt ? 'Restore' : 'Archive',
      fields: field('Because', reasons),
      submit: async ({ reason }) => {
        const input = { id: found.id, reason, expectedRevision: found.revision };
        // Each by its own call: the names of documents are looked for in the source.
        await (found.archivedAt ? api.act('FlagRestore', input) : api.act('FlagArchive', input));
        await reload();
      },
    }),
  );
