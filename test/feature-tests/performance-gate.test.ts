/** The gate asks for a performance test where one of the model said that it is required. */
import { deployed } from '../deployments/support';
import { handMadeVersion } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { loaded } from './loads';

let world: World;
let staff: Person;
let serves: string;
let waits: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  serves = (await handMadeVersion(world, 0.75)).versionId;
  waits = (await handMadeVersion(world, 0.25)).versionId;
});
afterAll(() => world?.close());

const gate = async (deploymentId: string, versionId: string) => {
  const query = `query ($id: ID!, $versionId: ID!) { deploymentGate(id: $id, versionId: $versionId) { name passed detail } }`;
  const { deploymentGate } = await staff.client.ask<{ deploymentGate: { name: string }[] }>(query, {
    id: deploymentId,
    versionId,
  });
  return deploymentGate.filter(({ name }) => name.startsWith('performance test'));
};
const bounded = { latencyBoundMs: 50_000 };

test('asks for a passed test that asks as much, where the model has a requirement, and for nothing where it has none', async () => {
  const { id } = await deployed(world, staff, 'gated', [
    { versionId: serves },
    { versionId: waits, weight: 0 },
  ]);
  expect(await gate(id, waits)).toEqual([]);
  const required = await loaded(world, staff, serves, { ...bounded, isRequired: true });
  expect(await gate(id, waits)).toEqual([
    {
      name: 'performance test SINGLE_STREAM',
      passed: false,
      detail: `${waits}: not tested for what ${required.id} requires (within 50000 ms, rows a query: 1, at least 64 queries in 0 ms) yet; performanceTestCreate does it`,
    },
  ]);
  const promote = () =>
    staff.client.attempt(
      'deploymentPromote',
      'DeploymentPromoteInput!',
      { id, versionId: waits },
      'deployment { id }',
    );
  expect((await promote()).errors).toMatchObject([{ code: 'GATE_FAILED' }]);
  const failed = await loaded(world, staff, waits, { latencyBoundMs: 0.01 });
  expect(await gate(id, waits)).toMatchObject([
    { passed: false, detail: `${waits}: FAIL in ${failed.id}: ${failed.reason}` },
  ]);
  await loaded(world, staff, waits, bounded);
  expect(await gate(id, waits)).toMatchObject([{ passed: true }]);
  const { versionId: other } = await handMadeVersion(world, 0.3, 'another model');
  expect(await gate(id, other)).toEqual([]);

  await loaded(world, staff, serves, { isRequired: false });
  expect(await gate(id, waits)).toEqual([]);
  expect((await promote()).errors).toEqual([]);
});
