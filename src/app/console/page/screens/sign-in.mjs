/** The door: sign in, make an account, ask for a new password, or change the one-time password that opens nothing else. */
import { field, form, h } from '../dom.mjs';

export function signIn({ api, viewer, entered }) {
  const enter = async (name, input) => {
    api.open((await api.act(name, input)).session);
    await entered();
  };
  if (viewer)
    return door(
      'Choose a password',
      'The one-time password opens nothing but this page.',
      changingPassword(enter, viewer.staff.email, 'One-time password'),
    );
  const page = h('div');
  const asked = whomToAsk(api);
  /** Where the hands are: in its first field, and where there is none the words are read. */
  const show = (next) => {
    page.replaceChildren(next);
    (page.querySelector('input') ?? page.querySelector('h1')).focus();
  };
  const toSignUp = () =>
    show(
      door(
        'Make an account',
        'It begins on the free plan.',
        signingUp(enter),
        other('I have an account', toSignIn),
        asked,
      ),
    );
  const toSignIn = () =>
    show(
      door(
        'Sign in',
        'For members of a customer and for staff.',
        signingIn(enter, (credentials) => show(asking(credentials))),
        other('Make an account', toSignUp),
        other('Forgot your password?', toRequest),
        asked,
      ),
    );
  const asking = (credentials) =>
    door(
      'One thing more',
      'Your login asks for a code of your authenticator app.',
      form({
        action: 'Sign in',
        loses: 'nothing',
        submit: (input) => enter('SignIn', { ...credentials, ...input }),
        fields: codeField(),
      }),
      other('Back', toSignIn),
    );
  const toRequest = () =>
    show(
      door(
        'Forgot your password?',
        'A mail with a link to choose a new one goes to your address.',
        requesting(api, () =>
          show(
            door(
              'Look for the mail',
              'If this is the address of a login, a link is on its way. It works once, within an hour.',
              other('Back', toSignIn),
            ),
          ),
        ),
        other('Back', toSignIn),
      ),
    );
  toSignIn();
  return page;
}

/** Whom people ask about their data who cannot sign in, where the operator has named somebody. Without it the door opens all the same. */
function whomToAsk(api) {
  const line = h('p', { class: 'soft' });
  api.ask('Contacts').then(
    ({ contacts: { privacy } }) => {
      if (privacy) line.append(h('a', { href: privacy }, 'Ask about your data'));
    },
    () => undefined,
  );
  return line;
}

/** What the service asks of a new one. */
const SHORTEST = 12;
export const password = (name, label, autocomplete) =>
  autocomplete === 'new-password'
    ? field(`${label}, at least ${SHORTEST} letters`, {
        name,
        type: 'password',
        required: true,
        minlength: SHORTEST,
        autocomplete,
      })
    : field(label, { name, type: 'password', required: true, autocomplete });
const email = () =>
  field('E-mail', { name: 'email', type: 'email', required: true, autocomplete: 'username' });

/** What a phone shows, or a recovery code. Programs that keep passwords fill it in by its name. */
export const codeField = (label = 'Code of the app, or a recovery code', attributes) =>
  field(label, {
    name: 'code',
    required: true,
    maxlength: 20,
    autocomplete: 'one-time-code',
    inputmode: 'text',
    spellcheck: 'false',
    ...attributes,
  });

/** @param more is asked for what the login has beside the password. */
const signingIn = (enter, more) =>
  form({
    action: 'Sign in',
    loses: 'nothing',
    submit: async (input) => {
      try {
        await enter('SignIn', input);
      } catch (error) {
        if (error.code !== 'SECOND_FACTOR_REQUIRED') throw error;
        more(input);
      }
    },
    fields: [email(), password('password', 'Password', 'current-password')],
  });

export const signingUp = (enter) =>
  form({
    action: 'Make the account',
    submit: (input) => enter('SignUp', input),
    fields: [
      field('Organisation', { name: 'organisation', required: true, autocomplete: 'organization' }),
      email(),
      password('password', 'Password', 'new-password'),
    ],
  });

const requesting = (api, sent) =>
  form({
    action: 'Send the link',
    loses: 'nothing',
    submit: async (input) => {
      await api.act('PasswordResetRequest', input);
      sent();
    },
    fields: [email()],
  });

/** Shown to nobody: programs that keep passwords learn from it whose this one is. */
export const whoseField = (whose = '') =>
  h('input', { type: 'email', autocomplete: 'username', value: whose, hidden: true, readonly: true });

export const changingPassword = (enter, whose, label) =>
  form({
    action: 'Change it',
    submit: (input) => enter('PasswordChange', input),
    fields: [
      whoseField(whose),
      password('current', label, 'current-password'),
      password('next', 'New password', 'new-password'),
    ],
  });

const other = (label, click) => h('button', { type: 'button', class: 'quiet', click }, label);

export function door(title, words, ...children) {
  return h(
    'main',
    { class: 'door' },
    h(
      'section',
      { class: 'panel' },
      h('p', { class: 'brand' }, 'Flywheel'),
      h('h1', { tabindex: '-1' }, title),
      h('p', { class: 'soft' }, words),
      children,
    ),
  );
}
