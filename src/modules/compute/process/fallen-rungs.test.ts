import { FallenRungs } from './fallen-rungs';

test('a rung that took a process with it is left out for ten minutes, and no other is', () => {
  let now = 0;
  const fallen = new FallenRungs(() => now);
  fallen.fell('CUDA');
  now = 300_000;
  fallen.fell('WEBGPU');
  expect(fallen.reasons()).toEqual({
    CUDA: 'the engine process died while it was tried',
    WEBGPU: 'the engine process died while it was tried',
  });
  now = 600_000;
  expect([fallen.has('CUDA'), fallen.has('WEBGPU'), fallen.has('WASM')]).toEqual([false, true, false]);
  expect(Object.keys(fallen.reasons())).toEqual(['WEBGPU']);
});

test('once all are forgotten every rung is tried again', () => {
  const fallen = new FallenRungs(() => 0);
  fallen.fell('WASM');
  fallen.forget();
  expect([fallen.has('WASM'), fallen.reasons()]).toEqual([false, {}]);
});
