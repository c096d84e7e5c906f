/** The pages to which the links in mails and offers lead, for whoever has them: signed in or not. */
import { form, h } from '../dom.mjs';
import { codeField, door, password, signingUp, whoseField } from './sign-in.mjs';

const home = (words) => h('a', { href: '#/' }, words);

function choosing({ api, token, entered }, name, action) {
  const whose = whoseField();
  /** Asked for only where the login has one, which the mail does not say. */
  const code = h('div', null);
  return form({
    action,
    submit: async (input) => {
      try {
        api.open((await api.act(name, { ...input, token })).session);
      } catch (error) {
        if (error.code === 'SECOND_FACTOR_REQUIRED' && !input.code) code.replaceChildren(codeField());
        throw error;
      }
      // Whose link it was is known only now, while the form is still there to be kept.
      const { viewer } = await api.ask('Viewer');
      whose.value = (viewer.staff ?? viewer.member).email;
      // The link is used: it does not stay in the address.
      location.hash = '#/';
      await entered();
    },
    fields: [whose, password('password', 'New password', 'new-password'), code],
  });
}

export const newPassword = (context) =>
  door(
    'Choose a new password',
    'Everywhere else you are signed out by it.',
    choosing(context, 'PasswordReset', 'Choose it'),
    home('To sign in'),
  );

export const invitation = (context) =>
  door(
    'You are invited',
    'Choose a password, and you are in.',
    choosing(context, 'MemberInvitationAccept', 'Accept'),
    home('To sign in'),
  );

export async function verified({ api, token }) {
  try {
    await api.act('EmailVerify', { token });
    return door('Thank you', 'This address is yours, and mail goes there.', home('Go on'));
  } catch (error) {
    return door('This did not work', error.message, home('Go on'));
  }
}

/** By an offer or a channel: the account says how it came. */
export const joined = ({ api, entered, leadToken, channel }) =>
  door(
    'Make an account',
    'It begins on the free plan.',
    signingUp(async (name, input) => {
      const attribution = leadToken ? { leadToken } : { channel };
      api.open((await api.act(name, { ...input, attribution })).session);
      location.hash = '#/';
      await entered();
    }),
    home('I have an account'),
  );
