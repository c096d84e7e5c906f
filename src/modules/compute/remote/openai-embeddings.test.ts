import { sharesOf } from './openai-embeddings';

test('tokens are shared by bytes, in whole ones that add up', () => {
  expect(sharesOf(10, [1, 1, 1])).toEqual([3, 3, 4]);
  expect(sharesOf(7, [100, 1])).toEqual([6, 1]);
  expect(sharesOf(5, [0, 3, 0, 2])).toEqual([0, 3, 0, 2]);
});
