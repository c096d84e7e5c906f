/** What identity holds of a customer: its keys and sign-ins go; who its members and people were is a number. */
import type { CustomerDataHolder } from '../../platform/module';
import { GONE } from './member/member-record';

export const IDENTITY_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'api_keys',
    holds: 'keys of its servers',
    kept: null,
    goes: { key: ['customer_id', 'id'] },
  },
  {
    table: 'end_users',
    holds: 'by which id it knows its people',
    kept: 'a row without a name, to which counts and bills refer',
    goes: null,
  },
  {
    table: 'sessions',
    holds: 'sign-ins of its members',
    kept: null,
    goes: { key: ['id'] },
    isLast: true,
  },
  {
    table: 'second_factors',
    holds: 'what its members have beside their passwords',
    kept: null,
    goes: { key: ['login_id'] },
    isLast: true,
  },
  {
    table: 'members',
    holds: 'its members: addresses, names and passwords',
    kept: 'an id, a role and dates, because what they did names the id',
    goes: {
      key: ['customer_id', 'id'],
      emptied: `${GONE}, removed_at = coalesce(removed_at, now())`,
      where: 'removed_at is null',
    },
    isLast: true,
  },
];
