import { endAll } from './ends';

test('what cannot be ended keeps nothing else from its end, and is told once all was tried', async () => {
  const ended: string[] = [];
  const ends = [
    () => void ended.push('first'),
    () => Promise.reject(new Error('second')),
    async () => void ended.push('third'),
    () => {
      throw new Error('fourth');
    },
  ];
  await expect(endAll(ends)).rejects.toThrow('fourth');
  expect(ended).toEqual(['third', 'first']);
  await endAll(ends);
  expect(ended).toHaveLength(2);
});
