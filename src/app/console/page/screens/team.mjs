/** The people of the account: who they are, what each may do, who is invited, and who goes. */
import { act, choice, field, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { day, words } from '../format.mjs';
import { closing } from './closing.mjs';
import { losingPhone } from './second-factor.mjs';

const ROLES = ['OWNER', 'ADMIN', 'DEVELOPER', 'BILLING', 'VIEWER'];

export async function team({ api, viewer, reload }) {
  const may = (permission) => viewer.permissions.includes(permission);
  const then = async (name, input, more) => {
    await api.act(name, input, more);
    await reload();
  };
  const { customer } = await api.ask('Team', { after: null });
  const list = await pages(
    async (after) => (after === null ? customer : (await api.ask('Team', { after })).customer).members,
    (nodes) => table(columns({ viewer, may, then }), nodes),
  );
  return h(
    'div',
    null,
    h('h1', null, 'Team'),
    may('member:invite') && panel('Invite somebody', inviting({ roles: ROLES.slice(1), then })),
    panel('Members', list),
    may('customer:update') && panel('The account', naming({ customer, then })),
    may('customer:update') && panel('Second factor of everybody', requiring({ customer, then })),
    panel('Leave', leaving({ customer, then })),
    may('customer:close') &&
      !viewer.customer.eraseAfter &&
      panel('Close', closing({ api, customer, reload })),
  );
}

function columns({ viewer, may, then }) {
  const isMine = ({ id }) => id === viewer.member?.id;
  const mayTouch = ({ role }) =>
    may('member:manage') && (role !== 'OWNER' || viewer.member?.role === 'OWNER');
  return [
    ['E-mail', ({ email }) => email],
    ['Name', ({ name }) => name ?? '–'],
    ['Role', (member) => (mayTouch(member) ? roleOf({ member, viewer, then }) : words(member.role))],
    ['', ({ status }) => (status === 'INVITED' ? pill('invited', 'warn') : '')],
    ['Second factor', ({ secondFactorAt }) => secondFactorAt && pill('on', 'good')],
    ['Since', ({ createdAt }) => day(createdAt)],
    [
      '',
      (member) =>
        member.status === 'INVITED'
          ? may('member:invite') && act('Withdraw', () => then('MemberInvitationWithdraw', { id: member.id }))
          : mayTouch(member) && !isMine(member) && leavingBehind({ member, then }),
    ],
  ].map(([title, cell, kind]) => [title, (row) => cell(row) || '', kind]);
}

function roleOf({ member, viewer, then }) {
  const mayBe = ROLES.filter(
    (role) => role !== 'OWNER' || (viewer.member?.role === 'OWNER' && member.status === 'ACTIVE'),
  );
  return form({
    action: 'Change',
    attributes: { class: 'row' },
    fields: choice(
      'role',
      mayBe.map((role) => [role, words(role)]),
      member.role,
      { 'aria-label': `Role of ${member.email}` },
    ),
    submit: ({ role }) => then('MemberChange', { role }, { id: member.id }),
  });
}

const leavingBehind = ({ member, then }) => [
  member.secondFactorAt && losingPhone(member, 'MemberSecondFactorReset', then),
  removing({ member, then }),
];

const removing = ({ member: { id, email }, then }) =>
  unfold(
    'Remove',
    h('p', { class: 'soft' }, `${email} is out at once, and address and name are forgotten.`),
    act('Remove for good', () => then('MemberRemove', { id })),
  );

/** Of a role and an address; for members and for staff. */
export const inviting = ({ roles, then, name = 'MemberInvite' }) =>
  form({
    action: 'Invite',
    attributes: { class: 'row' },
    fields: [
      // The address of somebody else.
      field('E-mail', { name: 'email', type: 'email', required: true, autocomplete: 'off' }),
      field(
        'Role',
        null,
        choice(
          'role',
          roles.map((role) => [role, words(role)]),
          roles.at(-1),
        ),
      ),
    ],
    submit: (input) => then(name, input),
  });

const naming = ({ customer, then }) =>
  form({
    action: 'Save',
    attributes: { class: 'row' },
    fields: [
      field('Name', { name: 'name', required: true, maxlength: 200, value: customer.name }),
      field('Segment', { name: 'segment', maxlength: 60, value: customer.segment ?? '' }),
    ],
    submit: ({ name, segment }) => then('CustomerUpdate', { name, segment: segment || null }),
  });

const requiring = ({ customer: { requiresSecondFactor }, then }) => [
  h(
    'p',
    { class: 'soft' },
    requiresSecondFactor
      ? 'Every member needs a second factor to sign in.'
      : 'Once it is asked of everybody, whoever has none is signed out and sets one up first. You need your own before.',
  ),
  act(requiresSecondFactor ? 'Ask it of nobody' : 'Ask it of everybody', () =>
    then('SecondFactorPolicySet', { isRequired: !requiresSecondFactor }),
  ),
];

const leaving = ({ customer, then }) =>
  unfold(
    'Leave this account',
    h('p', { class: 'soft' }, 'You are out at once; only an invitation leads back.'),
    act('Leave for good', () => then('MemberLeave', { customerId: customer.id })),
  );
