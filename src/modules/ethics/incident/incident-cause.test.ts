import { causeOf } from './incident-cause';

test('drift opens an incident from its gravest level on', () => {
  const drift = (level: string) =>
    causeOf({ type: 'deployment.drift-found', data: { level, versionId: 'mdv_1' } });
  expect(drift('MODERATE')).toBeUndefined();
  expect(drift('MAJOR')).toMatchObject({ severity: 'MEDIUM', versionId: 'mdv_1' });
});

test('a roll-back always opens one, about whichever version answered', () => {
  expect(causeOf({ type: 'deployment.rolled-back', data: {} })).toMatchObject({ versionId: null });
});

test('groups that are treated unlike each other open a grave one, unless the monitor only wants it told', () => {
  const breach = (action: string) =>
    causeOf({ type: 'deployment.fairness-breached', data: { action, versionId: 'mdv_1' } });
  expect(breach('NOTIFY')).toBeUndefined();
  for (const action of ['OPEN_INCIDENT', 'ROLL_BACK'])
    expect(breach(action)).toMatchObject({ severity: 'HIGH', versionId: 'mdv_1' });
});
