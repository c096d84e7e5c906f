import type { Principal } from '../../kernel/principal';
import { may, permissionsOf } from './permissions';

describe('the permission table', () => {
  const endUser: Principal = { kind: 'END_USER', endUserId: 'eus_1', customerId: 'cus_1' };

  test('lets an end user’s token do what a browser may do, and nothing that touches money or others', () => {
    expect(permissionsOf(endUser).sort()).toEqual([
      'consent:read',
      'consent:record',
      'data-request:create',
      'data-request:read',
      'end-user-groups:read',
      'end-user-groups:record',
      'end-user:read',
      'feedback:read',
      'feedback:submit',
      'flag:read',
      'inference:payload',
      'inference:read',
      'inference:run',
      'track:write',
    ]);
  });

  test('lets strangers and the system do nothing through the API', () => {
    expect(permissionsOf({ kind: 'ANONYMOUS' })).toEqual([]);
    expect(permissionsOf({ kind: 'SYSTEM', name: 'x' })).toEqual([]);
  });

  test('lets a VIEWER read and change nothing', () => {
    const viewer: Principal = {
      kind: 'MEMBER',
      memberId: 'mem_1',
      customerId: 'cus_1',
      role: 'VIEWER',
      sessionId: 'ses_1',
    };
    expect(permissionsOf(viewer).filter((permission) => !permission.endsWith(':read'))).toEqual([]);
  });

  test('lets staff with a one-time password do nothing', () => {
    const staff = { kind: 'STAFF', staffId: 'stf_1', role: 'ADMIN', sessionId: 'ses_1' } as const;
    expect(permissionsOf({ ...staff, mustChangePassword: true })).toEqual([]);
    expect(may({ ...staff, mustChangePassword: false }, 'staff:manage')).toBe(true);
  });

  test('limits an API key to its scopes', () => {
    const key: Principal = {
      kind: 'API_KEY',
      apiKeyId: 'key_1',
      customerId: 'cus_1',
      mode: 'LIVE',
      scopes: ['inference:run'],
    };
    expect(may(key, 'inference:run')).toBe(true);
    expect(may(key, 'consent:record')).toBe(false);
    expect(may({ ...key, scopes: ['*'] }, 'consent:record')).toBe(true);
    expect(may({ ...key, scopes: ['*'] }, 'billing:update')).toBe(false);
  });
});
