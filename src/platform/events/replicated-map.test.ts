import { ReplicatedMap } from './replicated-map';

type Read = readonly (readonly [string, string])[];

/** A map on signals that are told by hand, and readings that are answered by hand. */
function replicated() {
  const answers: ((read: Read) => void)[] = [];
  const listeners: { hear: (message: Record<string, unknown>) => void; missed?: () => void }[] = [];
  const map = new ReplicatedMap<string>(
    {
      publish: () => Promise.resolve(),
      subscribe: (_channel, hear, missed) => {
        listeners.push({ hear, missed });
        return () => undefined;
      },
    },
    { afterCommit: (effect) => effect() },
    { warn: () => undefined },
    {
      holds: 'letters',
      channel: 'letters',
      read: () => new Promise<Read>((resolve) => answers.push(resolve)),
      heard: ({ key, value }) => [key as string, value as string | null],
      isFinal: (value) => value === 'final',
    },
  );
  const [hear, missed] = [
    (key: string, value: string | null) => listeners[0]!.hear({ key, value }),
    () => listeners[0]!.missed!(),
  ];
  const answer = async (at: number, read: Read): Promise<void> => {
    answers[at]!(read);
    await new Promise(setImmediate);
  };
  return { map, hear, missed, answer };
}

test('what is heard while it is read is newer than what is read', async () => {
  const { map, hear, answer } = replicated();
  const started = map.start();
  hear('a', 'heard');
  hear('b', null);
  await answer(0, [
    ['a', 'read'],
    ['b', 'read'],
    ['c', 'read'],
  ]);
  await started;
  expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual(['heard', undefined, 'read']);
  await map.stop();
});

test('of two readings under way each keeps what was heard since it began, and the older says nothing after the newer', async () => {
  const { map, hear, missed, answer } = replicated();
  const started = map.start();
  await answer(0, []);
  await started;
  missed();
  missed();
  hear('a', 'heard');
  await answer(1, []);
  expect(map.get('a')).toBe('heard');
  missed();
  await answer(3, [['a', 'newest']]);
  await answer(2, []);
  expect(map.get('a')).toBe('newest');
  await map.stop();
});

test('what is final stays, whatever is read or heard later', async () => {
  const { map, hear, missed, answer } = replicated();
  const started = map.start();
  await answer(0, [['a', 'open']]);
  await started;
  missed();
  hear('a', 'final');
  await answer(1, [['a', 'open']]);
  hear('a', 'open');
  hear('a', null);
  expect(map.get('a')).toBe('final');
  await map.stop();
});

test('a change is known here as soon as it is committed', async () => {
  const { map, answer } = replicated();
  const started = map.start();
  await answer(0, []);
  await started;
  await map.tell({ key: 'a', value: 'told' });
  expect(map.has('a')).toBe(true);
  await map.stop();
});
