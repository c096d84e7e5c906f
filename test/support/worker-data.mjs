/**
 * Each worker of jest-light-runner asks for its settings, and the first one that asks is answered together with all the
 * others: one that has not asked by then gets its answer before it listens, is never answered again, and waits for ever.
 * So the answer is remembered here, and given when it is asked for. (0.7.13, src/index.js: one set of listeners for all.)
 */
const ASK = 'jest-light-runner-get-worker-data';
const ANSWER = 'jest-light-runner-worker-data';
let answer;

if (process.send) {
  const send = process.send.bind(process);
  process.send = (message, ...rest) => {
    if (message !== ASK || !answer) return send(message, ...rest);
    process.nextTick(() => process.emit('message', answer));
    return true;
  };
  // Not before the worker itself listens: until then Node keeps what arrives.
  process.on('newListener', function listen(event) {
    if (event !== 'message') return;
    process.off('newListener', listen);
    process.on('message', (message) => {
      if (message?.type === ANSWER) answer = message;
    });
  });
}
