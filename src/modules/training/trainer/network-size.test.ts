import type { LayerSpec } from './network/layer';
import { networkSizeFault } from './network-size';

const dense = (units: number): LayerSpec => ({ kind: 'DENSE', units, activation: 'relu' });
const convolution: LayerSpec = {
  kind: 'CONVOLUTION',
  filters: 64,
  size: 3,
  stride: 1,
  padding: 'same',
  activation: 'relu',
};
const faultOf = (
  inputShape: number[],
  layers: LayerSpec[],
  { optimizer = 'ADAM', batchSize = 32, rows = 10_000 } = {},
) =>
  networkSizeFault(
    { inputShape, layers, answer: 'sigmoid' },
    { optimizer: { kind: optimizer as 'ADAM', momentum: 0.9, decay: 0.9 }, batchSize },
    rows,
  );

test('the article’s network and the widest of four layers are held', () => {
  expect(faultOf([20], [dense(64), dense(64), dense(1)])).toBeUndefined();
  expect(faultOf([2048], [dense(4096), dense(4096), dense(1)])).toBeUndefined();
});

test('weights that cannot be held with their gradients and the optimizer’s memory are refused with the figure and the layer', () => {
  const layers: LayerSpec[] = [convolution, { kind: 'FLATTEN' }, dense(4096), dense(1)];
  const fault = faultOf([64, 64, 1], layers)!;
  expect(fault).toMatchObject({ code: 'INVALID_INPUT', path: ['input', 'recipe', 'network'] });
  expect(fault.message).toMatch(
    /^The network has 1073750657 weights\. .* these are 4295002628 numbers, and a training holds 268435456\. .* 2 DENSE \(1073745920\), /,
  );
  // Plain descent remembers nothing: what is too much for Adam may still be held.
  const wide = [dense(4096), dense(4096), dense(4096), dense(4096), dense(4096), dense(1)];
  expect(faultOf([4096], wide)).toBeDefined();
  expect(faultOf([4096], wide, { optimizer: 'SGD' })).toBeUndefined();
});

test('a batch whose answers cannot be held is refused, unless the data has no rows for it', () => {
  const layers: LayerSpec[] = [convolution, { kind: 'FLATTEN' }, dense(1)];
  const large = { batchSize: 4096 };
  expect(faultOf([64, 64, 1], layers, large)).toMatchObject({ path: ['input', 'recipe', 'batchSize'] });
  expect(faultOf([64, 64, 1], layers, { ...large, rows: 500 })).toBeUndefined();
  expect(faultOf([64, 64, 1], layers)).toBeUndefined();
});
