/** Cases of a suite, put in and changed: one by one in a form of the model's own fields, or many as JSON. */
import { form, h, unfold } from '../dom.mjs';
import { parsed } from '../json.mjs';
import { canSayCase, caseForm } from './case-form.mjs';
import { caseSent } from './case-words.mjs';

export const CASES_EXAMPLE = `[
  {
    "key": "young-and-rich",
    "input": { "age": 25, "income": 9 },
    "checks": [{ "kind": "BETWEEN", "field": "probability", "minimum": 0.5 }]
  }
]`;

/** @param attributes of the field, whose name it needs. */
export const casesAsJson = (attributes) =>
  h(
    'label',
    { class: 'broad' },
    h('span', null, 'Cases as JSON'),
    h('textarea', { spellcheck: 'false', rows: 12, ...attributes }),
  );

/** @param signature what the model takes; null where only JSON can say it. Answers what adds cases, and what shows one to change. */
export function casesEditor(change, signature) {
  const json = casesAsJson({ name: 'put', required: true, value: CASES_EXAMPLE });
  const text = json.querySelector('textarea');
  const many = unfold(
    signature ? 'Several at once, as JSON' : 'Add cases, or replace those of the same key',
    form({
      action: 'Put them in',
      fields: json,
      submit: ({ put }) => change({ put: parsed(put, 'The cases are') }),
    }),
  );
  const place = h('div');
  const single = signature && unfold('Add a case', place);
  const fillIn = (one) => {
    const written = caseForm(signature, one);
    place.replaceChildren(
      form({
        action: 'Put it in',
        fields: [h('p', { class: 'soft' }, 'A case that has the key already is replaced.'), written.element],
        submit: () => change({ put: [written.read()] }),
      }),
    );
  };
  if (signature) fillIn();
  const show = (one) => {
    const inForm = signature && canSayCase(signature, one);
    if (inForm) fillIn(one);
    else text.value = JSON.stringify([caseSent(one)], null, 2);
    const element = inForm ? single : many;
    element.open = true;
    element.querySelector('input, textarea').focus();
  };
  return { element: [single, many], show };
}
