/** What the tests of the open doors share: flags, client keys, and an EventSource for clients that want one. */
import type { Person, World } from '../support/world';

export async function flagMade(
  staff: Person,
  key: string,
  type: string,
  defaultValue: unknown,
): Promise<string> {
  const { featureFlag } = await staff.client.mutate<{ featureFlag: { id: string } }>(
    'featureFlagCreate',
    'FeatureFlagCreateInput!',
    { key, type, defaultValue },
    'featureFlag { id }',
  );
  return featureFlag.id;
}

export async function flagChanged(staff: Person, id: string, input: object): Promise<void> {
  const query = `mutation ($id: ID!, $input: FeatureFlagUpdateInput!) {
    act: featureFlagUpdate(id: $id, input: $input) { errors { message } } }`;
  const { act } = await staff.client.ask<{ act: { errors: unknown[] } }>(query, {
    id,
    input: { reason: 'For a test.', ...input },
  });
  if (act.errors.length > 0) throw new Error(JSON.stringify(act.errors));
}

export interface FlagView {
  readonly id: string;
  readonly revision: number;
  readonly [field: string]: unknown;
}

export interface ChangeView {
  readonly id: string;
  readonly state: string;
  readonly [field: string]: unknown;
}

interface FlagAct {
  readonly featureFlag: FlagView | null;
  readonly changeRequest: ChangeView | null;
  readonly errors: readonly {
    readonly __typename: string;
    readonly message: string;
    readonly path: readonly string[] | null;
  }[];
}

const ACT = `{ featureFlag { id key revision defaultValue archivedAt environments { environment enabled } }
  changeRequest { id state baseRevision by changes { part before after } } errors { __typename message path } }`;

/** An update as staff send it, whatever becomes of it. */
export async function flagUpdated(staff: Person, id: string, input: object): Promise<FlagAct> {
  const query = `mutation ($id: ID!, $input: FeatureFlagUpdateInput!) { act: featureFlagUpdate(id: $id, input: $input) ${ACT} }`;
  const { act } = await staff.client.ask<{ act: FlagAct }>(query, {
    id,
    input: { reason: 'For a test.', ...input },
  });
  return act;
}

/** `featureFlagArchive`, `featureFlagRestore` or `featureFlagSwitchOff`, whatever becomes of it. */
export async function flagActed(staff: Person, name: string, input: object): Promise<FlagAct> {
  const type = name === 'featureFlagSwitchOff' ? 'FeatureFlagSwitchOffInput' : 'FeatureFlagArchiveInput';
  const { act } = await staff.client.ask<{ act: FlagAct }>(
    `mutation ($input: ${type}!) { act: ${name}(input: $input) ${ACT} }`,
    { input: { reason: 'For a test of flags.', ...input } },
  );
  return act;
}

export async function clientKey(
  owner: Person,
  environment = 'PRODUCTION',
): Promise<{ readonly id: string; readonly clientKey: string }> {
  const made = await owner.client.mutate<{ flagClientKey: { id: string }; clientKey: string }>(
    'flagClientKeyCreate',
    'FlagClientKeyCreateInput!',
    { name: 'servers', environment },
    'flagClientKey { id } clientKey',
  );
  return { id: made.flagClientKey.id, clientKey: made.clientKey };
}

export interface Evaluated {
  readonly key: string;
  readonly value?: unknown;
  readonly reason?: string;
  readonly variant?: string;
  readonly errorCode?: string;
  readonly errorDetails?: string;
}

/** A POST as a client of OFREP sends it; `path` behind `/ofrep/v1/evaluate/flags`. */
export function ofrep(
  world: World,
  credential: string | undefined,
  body: unknown,
  { path = '', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${world.url}/ofrep/v1/evaluate/flags${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export async function one(
  world: World,
  credential: string,
  key: string,
  context: object,
): Promise<Evaluated> {
  return (await (await ofrep(world, credential, { context }, { path: `/${key}` })).json()) as Evaluated;
}

/** The stream that the bulk evaluation of this caller names. */
export async function streamAddress(world: World, credential: string): Promise<string> {
  const { eventStreams } = (await (await ofrep(world, credential, {})).json()) as {
    eventStreams: [{ endpoint: { requestUri: string } }];
  };
  return world.url + eventStreams[0].endpoint.requestUri;
}

/** Reads a stream of server-sent events until the text is so; answers all of it so far. */
export async function heard(response: Response, isEnough: (text: string) => boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const reader = response.body!.getReader();
  while (!isEnough(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text;
}

/** The status and what is told with it. */
export async function refusalOf(response: Response): Promise<unknown> {
  return { status: response.status, ...((await response.json()) as object) };
}

/** Waits until the OFREP door tells of the flag what is expected. */
export function flagTold(
  world: World,
  { credential }: Person,
  key: string,
  context: object,
  expected: Partial<Evaluated>,
): Promise<void> {
  return world.until(
    async () => {
      const answer = await one(world, credential, key, context);
      return Object.entries(expected).every(([name, value]) => answer[name as keyof Evaluated] === value);
    },
    `${key} to be ${JSON.stringify(expected)}`,
  );
}
