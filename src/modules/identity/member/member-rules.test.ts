import type { MemberRole } from '../../../kernel/principal';
import { objectionTo, type Standing } from './member-rules';

const one = (role: MemberRole, id = 'mem_1'): Standing => ({ id, role });

test.each<[string, MemberRole, MemberRole, MemberRole | null, number, boolean]>([
  ['an owner makes an admin an owner', 'OWNER', 'ADMIN', 'OWNER', 1, true],
  ['an owner unmakes an owner where there is another', 'OWNER', 'OWNER', 'VIEWER', 2, true],
  ['an owner removes an owner where there is another', 'OWNER', 'OWNER', null, 2, true],
  ['the only owner does not step down', 'OWNER', 'OWNER', 'ADMIN', 1, false],
  ['the only owner does not leave', 'OWNER', 'OWNER', null, 1, false],
  ['an admin makes a viewer an admin', 'ADMIN', 'VIEWER', 'ADMIN', 1, true],
  ['an admin removes an admin', 'ADMIN', 'ADMIN', null, 1, true],
  ['an admin makes nobody an owner', 'ADMIN', 'ADMIN', 'OWNER', 1, false],
  ['an admin unmakes no owner', 'ADMIN', 'OWNER', 'VIEWER', 2, false],
  ['an admin removes no owner', 'ADMIN', 'OWNER', null, 2, false],
  ['an admin names no owner anew', 'ADMIN', 'OWNER', 'OWNER', 2, false],
])('%s', (_, actor, member, role, owners, may) => {
  const objection = objectionTo({ actor: one(actor), member: one(member, 'mem_2'), role, owners });
  expect(objection?.code).toBe(may ? undefined : 'CONFLICT');
});
