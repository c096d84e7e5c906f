/** The door: sign in, make an account, accept an invitation, or change the one-time password that opens nothing else. */
import { field, form, h } from '../dom.mjs';

export function signIn({ api, viewer, entered }) {
  const enter = async (name, input) => {
    api.open((await api.act(name, input)).session);
    await entered();
  };
  if (viewer)
    return door('Choose a password', 'The one-time password opens nothing but this page.', changing(enter));
  const page = h('div');
  const toSignUp = () =>
    page.replaceChildren(
      door(
        'Make an account',
        'It begins on the free plan.',
        signingUp(enter),
        other('I have an account', toSignIn),
      ),
    );
  const toSignIn = () =>
    page.replaceChildren(
      door(
        'Sign in',
        'For members of a customer and for staff.',
        signingIn(enter),
        other('Make an account', toSignUp),
        other('I am invited', toInvitation),
      ),
    );
  const toInvitation = () =>
    page.replaceChildren(
      door(
        'Accept an invitation',
        'The token is in the mail that invited you.',
        accepting(enter),
        other('I have an account', toSignIn),
      ),
    );
  toSignIn();
  return page;
}

const password = (name, label, autocomplete) =>
  field(label, { name, type: 'password', required: true, autocomplete });
const email = () =>
  field('E-mail', { name: 'email', type: 'email', required: true, autocomplete: 'username' });

const signingIn = (enter) =>
  form({
    action: 'Sign in',
    submit: (input) => enter('SignIn', input),
    fields: [email(), password('password', 'Password', 'current-password')],
  });

const signingUp = (enter) =>
  form({
    action: 'Make the account',
    submit: (input) => enter('SignUp', input),
    fields: [
      field('Organisation', { name: 'organisation', required: true, autocomplete: 'organization' }),
      email(),
      password('password', 'Password', 'new-password'),
    ],
  });

const accepting = (enter) =>
  form({
    action: 'Come in',
    submit: (input) => enter('MemberInvitationAccept', input),
    fields: [
      field('Invitation token', { name: 'token', required: true, autocomplete: 'off' }),
      password('password', 'Choose a password', 'new-password'),
    ],
  });

const changing = (enter) =>
  form({
    action: 'Change it',
    submit: (input) => enter('PasswordChange', input),
    fields: [
      password('current', 'One-time password', 'current-password'),
      password('next', 'New password', 'new-password'),
    ],
  });

const other = (label, click) => h('button', { type: 'button', class: 'quiet', click }, label);

function door(title, words, ...children) {
  return h(
    'div',
    { class: 'door' },
    h(
      'section',
      { class: 'panel' },
      h('p', { class: 'brand' }, 'Flywheel'),
      h('h1', null, title),
      h('p', { class: 'soft' }, words),
      children,
    ),
  );
}
