/** The login of whoever is signed in: another password, for members another address, and where it is used. */
import { act, field, form, h, panel } from '../dom.mjs';
import { secondFactor } from './second-factor.mjs';
import { sessions } from './sessions.mjs';
import { changingPassword, password } from './sign-in.mjs';

export async function login({ api, viewer, reload }) {
  const { email, name } = viewer.staff ?? viewer.member;
  const change = async (name, input) => {
    api.open((await api.act(name, input)).session);
    await reload();
  };
  return h(
    'div',
    null,
    h('h1', null, 'Your login'),
    panel('Name', naming(api, name)),
    panel('Password', changingPassword(change, email, 'Present password')),
    await secondFactor({ api, reload }),
    viewer.member && panel('Address', address(api, viewer.member)),
    await sessions({ api, reload }),
  );
}

function naming(api, name) {
  const said = h('p', { class: 'soft', role: 'status' }, calledBy(name));
  return [
    said,
    form({
      action: 'Change the name',
      submit: async (input) => {
        said.textContent = calledBy((await api.act('NameChange', { name: input.name || null })).name);
      },
      fields: [field('Your name', { name: 'name', maxlength: 200, value: name ?? '', autocomplete: 'name' })],
    }),
  ];
}

const calledBy = (name) => (name ? `Others see you as ${name}.` : 'You have given no name.');

function address(api, member) {
  const said = h('p', { class: 'soft', role: 'status' }, `It is ${member.email}.`);
  return [
    said,
    unverified(api, member),
    form({
      action: 'Change the address',
      submit: async (input) => {
        await api.act('EmailChange', input);
        said.textContent = `A link went to ${input.email}: follow it, and that is your address.`;
      },
      fields: [
        field('New address', { name: 'email', type: 'email', required: true, autocomplete: 'email' }),
        password('password', 'Present password', 'current-password'),
      ],
    }),
  ];
}

/** Nothing for whoever has proven the address. */
export function unverified(api, member) {
  if (!member || member.emailVerifiedAt) return null;
  const said = h('small', { role: 'status' }, 'Your address is not verified.');
  return h(
    'p',
    null,
    said,
    ' ',
    act('Send the link again', async () => {
      await api.act('EmailVerificationSend', {});
      said.textContent = `A link is on its way to ${member.email}.`;
    }),
  );
}
