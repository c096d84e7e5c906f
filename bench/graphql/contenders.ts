/** Who competes, how each is started, and what each is asked: the same three answers from the same rows. */
import { bornAt } from '../../src/kernel/id';
import type { ServerCommand } from '../measure/server-process';
import { peer, peerNode } from './peers';

export type Question = 'list' | 'one' | 'trivial';

export interface Entrant {
  readonly name: string;
  readonly command: (env: Readonly<Record<string, string>>) => ServerCommand;
  readonly body: (question: Question, target: Target) => object;
}

export interface Target {
  readonly customerId: string;
  readonly inferenceId: string;
}

export const OURS = 'flywheel';
export const LOADERS = 'mercurius, loaders';
export const POSTGRAPHILE = 'postgraphile';

const FIELDS =
  'id createdAt status queueMs computeMs totalMs batchRows modelVersion { id number contentHash }';

function graphql(question: Question, { inferenceId }: Target): object {
  switch (question) {
    case 'list':
      return { query: `{ inferences(first: 100) { nodes { ${FIELDS} } } }` };
    case 'one':
      return {
        query: `query ($id: ID!) { inference(id: $id) { ${FIELDS} } }`,
        variables: { id: inferenceId },
      };
    case 'trivial':
      return { query: '{ __typename }' };
  }
}

const POSTGRAPHILE_FIELDS = FIELDS.replace('id createdAt', 'id: rowId createdAt').replace(
  '{ id',
  '{ id: rowId',
);
const POSTGRAPHILE_ONE = `query ($customerId: String!, $createdAt: Datetime!, $id: String!) {
  inference: inferenceByCustomerIdAndCreatedAtAndRowId(customerId: $customerId, createdAt: $createdAt, rowId: $id) { ${POSTGRAPHILE_FIELDS} } }`;

function postgraphile(question: Question, { customerId, inferenceId }: Target): object {
  switch (question) {
    case 'list':
      return {
        query: `query ($customerId: String!) { inferences: allInferences(first: 100, condition: { customerId: $customerId }, orderBy: PRIMARY_KEY_DESC) { nodes { ${POSTGRAPHILE_FIELDS} } } }`,
        variables: { customerId },
      };
    case 'one':
      return {
        query: POSTGRAPHILE_ONE,
        variables: { customerId, id: inferenceId, createdAt: bornAt(inferenceId)!.toISOString() },
      };
    case 'trivial':
      return { query: '{ __typename }' };
  }
}

export const PEERS: readonly Entrant[] = [
  {
    name: LOADERS,
    command: (env) => ({ file: peer('mercurius.mjs'), env: { ...env, LOADERS: '1' } }),
    body: graphql,
  },
  {
    name: 'mercurius, joined by hand',
    command: (env) => ({ file: peer('mercurius.mjs'), env }),
    body: graphql,
  },
  {
    name: POSTGRAPHILE,
    command: (env) => ({
      file: peer('postgraphile.mjs'),
      execPath: peerNode(),
      env: { ...env, GRAPHILE_ENV: 'production' },
    }),
    body: postgraphile,
  },
  {
    name: 'node:http + pg',
    command: (env) => ({ file: peer('bare.mjs'), env }),
    body: (operation, { inferenceId }) => ({ operation, variables: { id: inferenceId } }),
  },
];

export const FLYWHEEL: Entrant = {
  name: OURS,
  command: (env) => ({
    file: require.resolve('./flywheel.server.ts'),
    env,
  }),
  body: graphql,
};
