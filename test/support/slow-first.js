/**
 * The order of the test files: those that start whole processes first, so that no worker is alone with one at the end. A
 * fresh checkout has no times of an earlier run to go by.
 */
const { default: Sequencer } = require('@jest/test-sequencer');

const SLOW = [
  /test\/(app|journeys)\//,
  /test\/(compute|training|billing|inference|deployments)\//,
  /\/test\//,
];

const rank = ({ path }) => {
  const at = SLOW.findIndex((pattern) => pattern.test(path));
  return at < 0 ? SLOW.length : at;
};

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
