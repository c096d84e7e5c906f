/** Moves of an alias stand in the order in which they were made, whatever the clocks of those who made them say. */
import { deployed } from '../deployments/support';
import { handMadeVersion } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';

let world: World;
let staff: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
});
afterAll(() => world?.close());

test('a move by a process whose clock is behind comes after the one before it all the same', async () => {
  const { versionId: first, modelId } = await handMadeVersion(world, 0.25);
  const { versionId: second } = await handMadeVersion(world, 0.75);
  await deployed(world, staff, 'both', [
    { versionId: first, weight: 50 },
    { versionId: second, weight: 50 },
  ]);
  const move = (versionId: string, expectedVersionId: string | null) =>
    staff.client.attempt(
      'modelAliasMove',
      'ModelAliasMoveInput!',
      { modelId, alias: 'champion', versionId, expectedVersionId, reason: 'it is better' },
      'model { id }',
    );
  expect((await move(first, null)).errors).toEqual([]);
  world.clock.advance(-5_000);
  expect((await move(second, null)).errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await move(second, first)).errors).toEqual([]);
  world.clock.advance(5_100);
  const query = 'query ($id: ID!) { model(by: { id: $id }) { alias(name: "champion") { id } } }';
  expect(await staff.client.ask(query, { id: modelId })).toEqual({ model: { alias: { id: second } } });
});
