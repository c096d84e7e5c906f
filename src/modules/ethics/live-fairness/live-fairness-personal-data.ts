/** What fairness on live traffic holds about people: their groups, sealed, and that they were counted; never both with an answer. */
import type { PersonalDataHolder, RetentionRule } from '../../../platform/module';
import type { EndUserGroupsService } from './end-user-groups.service';

export function liveFairnessPersonalData(groups: Pick<EndUserGroupsService, 'open'>): PersonalDataHolder[] {
  return [
    {
      table: 'end_user_groups',
      holds:
        'groups that the person belongs to, such as gender or origin (special categories, GDPR Art. 9), by their consent to FAIRNESS_MONITORING',
      kept: 'two years unless configured otherwise, while somebody watches for it; until the consent is taken back, or the person is forgotten',
      copy: {
        columns: { endUserId: 'end_user_id', attribute: 'attribute', value: 'value', toldAt: 'told_at' },
        order: ['attribute'],
        open: ({ endUserId, ...row }) => ({
          ...row,
          value: groups.open(endUserId as string, row['attribute'] as string, row['value'] as string),
        }),
      },
      forget: ['delete from end_user_groups where customer_id = $1 and end_user_id = $2'],
    },
    {
      table: 'fairness_counted_people',
      holds:
        'that the person was counted once by the groups they belong to, so that they are not counted twice; neither the group nor the answer',
      kept: 'a hundred days unless configured otherwise: past the quarter in which they are counted once; or until the person is forgotten',
      copy: {
        columns: {
          monitorId: 'monitor_id',
          modelVersionId: 'model_version_id',
          kind: 'kind',
          quarter: 'quarter::text',
          countedOn: 'counted_on::text',
        },
        order: ['monitor_id', 'model_version_id', 'kind', 'quarter'],
      },
      forget: ['delete from fairness_counted_people where customer_id = $1 and end_user_id = $2'],
    },
  ];
}

export const LIVE_FAIRNESS_RETENTION: readonly RetentionRule[] = [
  {
    table: 'end_user_groups',
    goes: 'groups that people told of themselves',
    days: 2 * 365,
    key: ['customer_id', 'end_user_id', 'attribute'],
    over: 'told_at < $1',
    emptied: null,
  },
  {
    table: 'fairness_counted_people',
    goes: 'that people were counted by their groups',
    days: 100,
    key: ['customer_id', 'end_user_id', 'monitor_id', 'model_version_id', 'kind', 'quarter'],
    over: 'counted_on < $1',
    emptied: null,
  },
  {
    table: 'fairness_counts',
    goes: 'sums of answers by group, which name nobody',
    days: 5 * 365,
    key: ['customer_id', 'monitor_id', 'model_version_id', 'day', 'attribute', 'group_name'],
    // Whole quarters: with days taken from its beginning what is left of one would be cut into other blocks.
    over: `day < date_trunc('quarter', $1::timestamptz at time zone 'utc')::date`,
    emptied: null,
  },
];
