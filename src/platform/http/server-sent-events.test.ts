import { withHeartbeats } from './server-sent-events';

it('silence is broken by comments, and events come in their order whatever came between', async () => {
  let speak: () => void = () => undefined;
  const spoken = new Promise<void>((resolve) => (speak = resolve));
  let isOver = false;
  async function* events(): AsyncGenerator<string> {
    try {
      yield 'data: 1\n\n';
      await spoken;
      yield 'data: 2\n\n';
      throw new Error('broken');
    } finally {
      isOver = true;
    }
  }
  const heard: string[] = [];
  const listen = async (): Promise<void> => {
    for await (const event of withHeartbeats(events(), 1)) {
      heard.push(event);
      if (heard.length === 3) speak();
    }
  };
  await expect(listen()).rejects.toThrow('broken');
  expect(heard.slice(0, 3)).toEqual(['data: 1\n\n', ':\n\n', ':\n\n']);
  expect(heard.filter((event) => event !== ':\n\n')).toEqual(['data: 1\n\n', 'data: 2\n\n']);
  expect(isOver).toBe(true);
});
