/** Who chose the version that answered. */
import { VersionChoice, versionChoiceOf } from './version-choice';

const variant = { testId: 'tst_a', variantKey: 'b' };

test('the caller’s word goes before a test, a test before the routes, and a variant without a version leaves it to them', () => {
  const ofTest = { ...variant, versionId: 'mdv_b' };
  expect(versionChoiceOf({ versionId: 'mdv_a' }, [ofTest])).toBe(VersionChoice.CALLER);
  expect(versionChoiceOf({ versionId: null }, [{ ...variant, versionId: null }, ofTest])).toBe(
    VersionChoice.TEST,
  );
  expect(versionChoiceOf({}, [{ ...variant, versionId: null }])).toBe(VersionChoice.ROUTES);
  expect(versionChoiceOf({}, [])).toBe(VersionChoice.ROUTES);
});
