import {
  type Action,
  type DesiredDeployment,
  nextAction,
  type ServedDeployment,
  type VersionState,
} from './next-action';

const wish = (revision: number, ...versions: string[]): DesiredDeployment => ({
  deploymentId: 'dep_1',
  revision,
  routes: versions.map((versionId) => ({ versionId, weight: 100 / versions.length })),
});

/** Carries actions out on a world of maps, and notes each. */
class Machine {
  readonly versions = new Map<string, VersionState>();
  readonly served = new Map<string, ServedDeployment>();
  readonly failed = new Map<string, number>();
  readonly inUse = new Set<string>();

  run(desired: readonly DesiredDeployment[]): string[] {
    const steps: string[] = [];
    for (let action = nextAction(desired, this); action; action = nextAction(desired, this)) {
      steps.push(this.carryOut(action));
      for (const { routes } of this.served.values()) {
        for (const { versionId } of routes) expect(this.versions.get(versionId)).toBe('WARM');
      }
    }
    return steps;
  }

  private carryOut(action: Action): string {
    switch (action.kind) {
      case 'LOAD':
        this.versions.set(action.versionId, 'LOADED');
        return `LOAD ${action.versionId}`;
      case 'WARM':
        this.versions.set(action.versionId, 'WARM');
        return `WARM ${action.versionId}`;
      case 'ROUTE':
        this.served.set(action.deployment.deploymentId, action.deployment);
        return 'ROUTE';
      case 'STOP_ROUTING':
        this.served.delete(action.deploymentId);
        return 'STOP_ROUTING';
      case 'UNLOAD':
        this.versions.delete(action.versionId);
        return `UNLOAD ${action.versionId}`;
    }
  }
}

test('a version is loaded, warmed and only then routed to', () => {
  expect(new Machine().run([wish(1, 'mdv_a')])).toEqual(['LOAD mdv_a', 'WARM mdv_a', 'ROUTE']);
});

test('a new version is ready before the old one leaves', () => {
  const machine = new Machine();
  machine.run([wish(1, 'mdv_a')]);
  expect(machine.run([wish(2, 'mdv_b')])).toEqual(['LOAD mdv_b', 'WARM mdv_b', 'ROUTE', 'UNLOAD mdv_a']);
});

test('a version that a request is in stays until the request is answered', () => {
  const machine = new Machine();
  machine.run([wish(1, 'mdv_a')]);
  machine.inUse.add('mdv_a');
  expect(machine.run([wish(2, 'mdv_b')])).toEqual(['LOAD mdv_b', 'WARM mdv_b', 'ROUTE']);
  machine.inUse.clear();
  expect(machine.run([wish(2, 'mdv_b')])).toEqual(['UNLOAD mdv_a']);
});

test('new weights for warm versions are a change of route and nothing else', () => {
  const machine = new Machine();
  machine.run([wish(1, 'mdv_a', 'mdv_b')]);
  expect(machine.run([wish(2, 'mdv_b', 'mdv_a')])).toEqual(['ROUTE']);
});

test('after a restart everything that is wanted is loaded again', () => {
  const desired = [wish(7, 'mdv_a', 'mdv_b'), { ...wish(3, 'mdv_c'), deploymentId: 'dep_2' }];
  const machine = new Machine();
  machine.run(desired);
  expect([...machine.versions.keys()]).toEqual(['mdv_a', 'mdv_b', 'mdv_c']);
  expect(machine.served.size).toBe(2);
});

test('a version that cannot be made ready leaves the old one serving, and is tried again only as another wish', () => {
  const machine = new Machine();
  machine.run([wish(1, 'mdv_a')]);
  machine.failed.set('dep_1', 2);
  expect(machine.run([wish(2, 'mdv_broken')])).toEqual([]);
  expect(machine.served.get('dep_1')?.routes[0]?.versionId).toBe('mdv_a');
  expect(machine.run([wish(3, 'mdv_b')])).toContain('ROUTE');
});

test('a deployment that is gone is no longer routed to, and what it alone used is unloaded', () => {
  const machine = new Machine();
  machine.run([wish(1, 'mdv_a')]);
  expect(machine.run([])).toEqual(['STOP_ROUTING', 'UNLOAD mdv_a']);
});
