import { CONSENT_NOW_SQL } from './consent-now';
import { CONSENT_PURPOSES, ConsentPurpose, needsConsent } from './consent-purpose';

test('every purpose but the service itself waits for a yes', () => {
  expect(CONSENT_PURPOSES.filter((purpose) => !needsConsent(purpose))).toEqual([ConsentPurpose.SERVICE]);
  expect(CONSENT_NOW_SQL('a', 'b', ConsentPurpose.SERVICE)).toBe('true');
});

test('the condition looks at this customer, this person, this purpose and a yes', () => {
  const sql = CONSENT_NOW_SQL('r.customer_id', '$2', ConsentPurpose.TRAINING);
  for (const part of [
    'customer_id = r.customer_id',
    'end_user_id = $2',
    "purpose = 'TRAINING'",
    '.granted',
  ]) {
    expect(sql).toContain(part);
  }
});
