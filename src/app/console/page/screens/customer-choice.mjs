/** A customer, found by a part of its name: its id is what is sent, and nobody has to know it. */
import { field, h } from '../dom.mjs';
import { day } from '../format.mjs';

/** Typing is waited for, in milliseconds. */
const PAUSE_MS = 200;

/**
 * Two fields: what the name contains, and the customers that it fits; `customerId` in the form that they are in.
 * @param none what is shown for no customer at all; without it one has to be chosen.
 */
export function customerChoice(api, { label = 'Customer', none } = {}) {
  const offer = (customers, more = 0) =>
    found.replaceChildren(
      h('option', { value: '' }, none ?? 'choose one'),
      ...customers.map(({ id, name, createdAt }) =>
        h('option', { value: id }, `${name}, since ${day(createdAt)}`),
      ),
      ...(more > 0 ? [h('option', { disabled: true }, `${more} more: write more of the name`)] : []),
    );
  const found = h('select', { name: 'customerId', required: none === undefined });
  const told = h('span', { class: 'soft', role: 'status' });
  let asked;
  const look = async () => {
    const nameContains = search.value.trim();
    if (asked === nameContains) return;
    asked = nameContains;
    const { customers } = await api.ask('CustomerChoices', { nameContains });
    // What was typed meanwhile is another question.
    if (asked !== nameContains) return;
    const { nodes, totalCount } = customers;
    offer(nodes, totalCount - nodes.length);
    if (nameContains !== '' && nodes.length === 1) found.value = nodes[0].id;
    told.textContent = totalCount === 0 ? 'No customer is called so.' : '';
  };
  let pause;
  const soon = () => {
    clearTimeout(pause);
    pause = setTimeout(() => void look().catch((error) => (told.textContent = error.message)), PAUSE_MS);
  };
  const search = h('input', {
    type: 'search',
    name: 'customerName',
    autocomplete: 'off',
    placeholder: 'a part of the name',
    focus: soon,
    input: soon,
    change: soon,
  });
  offer([]);
  return [field(`${label}: look for`, null, search), field(label, null, found), told];
}
