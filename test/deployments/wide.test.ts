/** A version of rows as wide as pictures: more of them than one frame holds, warmed and answered all the same. */
import { denseToOnnx } from '../../src/modules/compute';
import { Importer } from '../models/import-support';
import { type Person, startWorld, type World } from '../support/world';
import { deployed } from './support';

let world: World;
let staff: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
});

afterAll(() => world?.close());

test('a version whose rows have more numbers than a frame has room for a thousand of is served', async () => {
  const width = 70_000;
  const layer = {
    weights: new Float32Array(width).fill(1),
    bias: new Float32Array(1),
    activation: 'linear' as const,
  };
  const key = await world.apiKey(await world.customer());
  const files = { 'wide.onnx': denseToOnnx([layer]) };
  const version = await new Importer(world, staff, key).brought('wide', files);
  const view = await deployed(world, staff, 'wide', [{ versionId: version.id }]);
  expect(view).toMatchObject({ state: 'READY', failure: null });
  const { compute } = world.app.modules.compute;
  const count = 1000;
  const rows = new Float32Array(count * width);
  for (let row = 0; row < count; row++) rows[row * width] = row;
  const { outputs } = await compute.infer(version.id, { rows, count });
  expect([...outputs]).toEqual(Array.from({ length: count }, (_, row) => row));
});
