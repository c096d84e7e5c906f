/** What the tests of deployments share: staff's calls, and waiting until a deployment is where it should be. */
import type { Person, World } from '../support/world';

export interface DeploymentView {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly failure: string | null;
  readonly version: number;
  readonly routes: readonly { readonly weight: number; readonly version: { readonly id: string } }[];
}

export const DEPLOYMENT = 'id name state failure version routes { weight version { id } }';

export type RouteWish = { readonly versionId: string; readonly weight?: number };

export async function deploy(
  staff: Person,
  name: string,
  routes: readonly RouteWish[],
): Promise<DeploymentView> {
  const input = { name, routes };
  const fields = `deployment { ${DEPLOYMENT} }`;
  const { deployment } = await staff.client.mutate<{ deployment: DeploymentView }>(
    'deploymentCreate',
    'DeploymentCreateInput!',
    input,
    fields,
  );
  return deployment;
}

export async function deploymentById(person: Person, id: string): Promise<DeploymentView | null> {
  const query = `query ($id: ID!) { deployment(by: { id: $id }) { ${DEPLOYMENT} } }`;
  const { deployment } = await person.client.ask<{ deployment: DeploymentView | null }>(query, { id });
  return deployment;
}

/** Any fields of a deployment that there is. */
export async function fieldsOf<T>(person: Person, id: string, fields: string): Promise<T> {
  const query = `query ($id: ID!) { deployment(by: { id: $id }) { ${fields} } }`;
  return (await person.client.ask<{ deployment: T }>(query, { id })).deployment;
}

/** Waits until the deployment has left PREPARING. */
export async function settled(world: World, staff: Person, id: string): Promise<DeploymentView> {
  let view: DeploymentView | null = null;
  await world.until(async () => {
    view = await deploymentById(staff, id);
    return view?.state !== 'PREPARING';
  }, `deployment ${id} to be ready or failed`);
  return view!;
}

export async function deployed(
  world: World,
  staff: Person,
  name: string,
  routes: readonly RouteWish[],
): Promise<DeploymentView> {
  return settled(world, staff, (await deploy(staff, name, routes)).id);
}
