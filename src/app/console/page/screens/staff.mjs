/** The operator's staff: for all of them who it is, for admins who comes, changes and goes. */
import { act, choice, form, h, pages, panel, pill, table, unfold } from '../dom.mjs';
import { day, words } from '../format.mjs';
import { losingPhone } from './second-factor.mjs';
import { inviting } from './team.mjs';

const ROLES = ['ADMIN', 'ANALYST', 'COMPLIANCE', 'REVIEWER'];
const MOODS = { INVITED: 'warn', DEACTIVATED: 'bad', ACTIVE: 'good' };

export async function staff({ api, viewer, reload }) {
  const manages = viewer.permissions.includes('staff:manage');
  const then = async (name, input, more) => {
    await api.act(name, input, more);
    await reload();
  };
  const list = await pages(
    async (after) => (await api.ask('StaffMembers', { after })).staffMembers,
    (nodes) =>
      table(
        [
          ['E-mail', ({ email }) => email],
          ['Role', (one) => (manages && one.status !== 'INVITED' ? roleOf(one, then) : words(one.role))],
          ['', ({ status }) => pill(status, MOODS[status])],
          ['Second factor', ({ secondFactorAt }) => (secondFactorAt ? pill('on', 'good') : '')],
          ['Since', ({ createdAt }) => day(createdAt)],
          ['Until', ({ deactivatedAt }) => day(deactivatedAt)],
          ...(manages ? [['', (one) => going(one, { viewer, then })]] : []),
        ],
        nodes,
      ),
  );
  return h(
    'div',
    null,
    h('h1', null, 'Staff'),
    manages && panel('Invite somebody', inviting({ roles: ROLES, then, name: 'StaffInvite' })),
    panel('Who it is', list),
  );
}

const roleOf = ({ id, email, role }, then) =>
  form({
    action: 'Change',
    attributes: { class: 'row' },
    fields: choice(
      'role',
      ROLES.map((one) => [one, words(one)]),
      role,
      { 'aria-label': `Role of ${email}` },
    ),
    submit: (input) => then('StaffChange', input, { id }),
  });

function going(one, { viewer, then }) {
  const { id, status, secondFactorAt } = one;
  if (status === 'INVITED') return act('Withdraw', () => then('StaffInvitationWithdraw', { id }));
  if (status === 'DEACTIVATED') return act('Let in again', () => then('StaffReactivate', { id }));
  const isLocked = secondFactorAt && id !== viewer.staff.id;
  return [
    isLocked ? losingPhone(one, 'StaffSecondFactorReset', then) : '',
    unfold(
      'Deactivate',
      h('p', { class: 'soft' }, 'Out at once; what this person did still names them.'),
      act('Deactivate now', () => then('StaffDeactivate', { id })),
    ),
  ];
}
