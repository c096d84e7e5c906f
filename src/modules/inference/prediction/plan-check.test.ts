import { PlanFeature } from '../../billing';
import { checkPlan } from '../inference.errors';

const version = { modelName: 'small', customerId: null };
const check = (
  terms: { models?: string[]; features?: PlanFeature[] },
  feature?: PlanFeature,
  of: { modelName: string; customerId: string | null } = version,
) =>
  checkPlan({ planCode: 'PRO', models: terms.models ?? null, features: terms.features ?? null }, of, feature);

describe('a plan', () => {
  it('that names nothing allows every model and every feature', () => {
    expect(() => check({}, PlanFeature.EXPLANATIONS)).not.toThrow();
  });

  it('refuses the features that it leaves out, and names them', () => {
    const features = [PlanFeature.EXPLANATIONS];
    expect(() => check({ features })).not.toThrow();
    expect(() => check({ features }, PlanFeature.EXPLANATIONS)).not.toThrow();
    expect(() => check({ features }, PlanFeature.TEXT_GENERATION)).toThrow(
      expect.objectContaining({
        code: 'PAYMENT_REQUIRED',
        message: expect.stringContaining('texts') as string,
      }),
    );
  });

  it('refuses models that it does not name, but never a customer’s own', () => {
    expect(() => check({ models: ['large'] })).toThrow(expect.objectContaining({ code: 'PAYMENT_REQUIRED' }));
    const own = { modelName: 'mine', customerId: 'cus_a' };
    expect(() => check({ models: ['large'] }, undefined, own)).not.toThrow();
  });
});
