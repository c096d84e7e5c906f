/** A test or hook that never ends fails by name. The runner knows no limit of its own. */
const { addEventHandler } = require('jest-circus');

const LIMIT_MS = 240_000;

const limited = (work) => async () => {
  let timer;
  const over = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  });
  try {
    await Promise.race([work(), over]);
  } finally {
    clearTimeout(timer);
  }
};

addEventHandler(({ name }, { currentDescribeBlock: { children, hooks } }) => {
  const added = { add_test: children, add_hook: hooks }[name]?.at(-1);
  if (added?.fn) added.fn = limited(added.fn);
});
