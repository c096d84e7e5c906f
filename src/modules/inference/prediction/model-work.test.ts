/** What is computed here for one, between its questions to the model: never for longer than somebody waits, nor at the cost of others. */
import { Cancellation } from '../../../kernel/cancellation';
import { carryOut, type GoOn } from './model-work';

const batching = {
  submit: () => Promise.reject(new Error('nothing is asked')),
  unattributed: () => undefined,
};

function computing(run: (goOn: GoOn) => Promise<void>, withinMs = 60_000, signal = new Cancellation()) {
  const work = {
    rows: 1,
    run: async (_ask: unknown, goOn: GoOn) => {
      await run(goOn);
      return { outputs: null };
    },
  };
  return carryOut(work, batching, { customerId: 'cus', weight: 1, versionId: 'mdv', withinMs, signal });
}

/** So long as nobody ends it. */
const forEver = async (goOn: GoOn): Promise<void> => {
  for (;;) await goOn();
};

test('others get their turn', async () => {
  let turns = 0;
  const until = async (goOn: GoOn): Promise<void> => {
    while (turns < 3) await goOn();
  };
  const others = setInterval(() => turns++, 0);
  await computing(until);
  clearInterval(others);
  expect(turns).toBeGreaterThanOrEqual(3);
});

test('it ends when its client leaves', async () => {
  const leaving = new Cancellation();
  const left = computing(forEver, 60_000, leaving);
  setImmediate(() => leaving.abort(new Error('the client left')));
  await expect(left).rejects.toThrow('the client left');
});

test('it ends at its deadline', async () => {
  await expect(computing(forEver, 5)).rejects.toMatchObject({ code: 'DEADLINE_UNREACHABLE' });
});
