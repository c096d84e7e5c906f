/** An authenticator app beside the password: set up, moved to another phone, taken away; and recovery codes for who loses it. */
import { act, field, form, h, panel, unfold } from '../dom.mjs';
import { day } from '../format.mjs';
import { codeField, door, password } from './sign-in.mjs';

const present = () => password('password', 'Present password', 'current-password');

/** `[password]`, then the picture and the first code, then the recovery codes; `done` once they were seen. */
function settingUp({ api, done, isThere }) {
  const place = h('div', null);
  const shown = (offered) =>
    h(
      'div',
      { class: 'stack' },
      h('p', null, 'Open your authenticator app and let it read this picture.'),
      h('img', { class: 'code-picture', src: offered.picture, alt: 'QR code for the authenticator app' }),
      unfold(
        'The app cannot read the picture',
        h('p', null, 'Type this secret:'),
        h('pre', null, offered.secret),
      ),
      form({
        action: 'Confirm',
        loses: 'nothing',
        fields: codeField('The six digits that the app shows now', { inputmode: 'numeric' }),
        submit: async (input) => {
          const { session, recoveryCodes } = await api.act('SecondFactorConfirm', input);
          api.open(session);
          place.replaceChildren(kept(recoveryCodes, done));
        },
      }),
    );
  place.replaceChildren(
    form({
      action: isThere ? 'Move it to another phone' : 'Set it up',
      loses: 'nothing',
      fields: [present(), isThere && codeField()],
      submit: async (input) => place.replaceChildren(shown(await api.act('SecondFactorBegin', input))),
    }),
  );
  return place;
}

/** They are shown this once. */
const kept = (recoveryCodes, done) =>
  h(
    'div',
    { class: 'stack' },
    h(
      'p',
      null,
      'Keep these recovery codes where your phone is not: each opens your login once, and they are not shown again.',
    ),
    h('pre', null, recoveryCodes.join('\n')),
    act('I have kept them', done),
  );

/** For whoever may do nothing before. */
export const secondFactorDoor = ({ api, entered }) =>
  door(
    'Set up a second factor',
    'Everybody here needs one. It opens nothing but this page before.',
    settingUp({ api, done: entered }),
    act('Sign out', async () => {
      await api.act('SessionRevoke', {});
      api.close();
      await entered();
    }),
  );

export async function secondFactor({ api, reload }) {
  const { since, recoveryCodesLeft, isRequired } = (await api.ask('MySecondFactor')).viewer.secondFactor;
  if (!since)
    return panel(
      'Second factor',
      h(
        'p',
        { class: 'soft' },
        'Whoever knows your password is in. Have a code of your phone asked for, too.',
      ),
      settingUp({ api, done: reload }),
    );
  const renewed = h('div', null);
  return panel(
    'Second factor',
    h(
      'p',
      { class: 'soft' },
      `A code of your phone is asked for since ${day(since)}. ${recoveryCodesLeft} recovery codes are left.`,
    ),
    unfold('Another phone', settingUp({ api, done: reload, isThere: true })),
    unfold(
      'New recovery codes',
      form({
        action: 'Make new ones',
        loses: 'nothing',
        fields: [present(), codeField()],
        submit: async (input) => {
          const { recoveryCodes } = await api.act('RecoveryCodesRenew', input);
          renewed.replaceChildren(kept(recoveryCodes, reload));
        },
      }),
      renewed,
    ),
    isRequired
      ? h('p', { class: 'soft' }, 'Everybody needs one here, so it cannot be taken away.')
      : unfold(
          'Take it away',
          h('p', { class: 'soft' }, 'Your password alone opens your login then.'),
          form({
            action: 'Take it away',
            loses: 'nothing',
            fields: [present(), codeField()],
            submit: async (input) => {
              await api.act('SecondFactorRemove', input);
              await reload();
            },
          }),
        ),
  );
}

/** Of somebody who has lost phone and recovery codes. `name` of the document that does it. */
export const losingPhone = ({ id, email }, name, then) =>
  unfold(
    'Lost phone',
    h('p', { class: 'soft' }, `${email} is signed out, and the password alone lets them in again.`),
    form({
      action: 'Take the second factor away',
      fields: field('Why, and how you know who asks', {
        name: 'reason',
        required: true,
        minlength: 3,
        maxlength: 500,
      }),
      submit: (input) => then(name, { ...input, id }),
    }),
  );
