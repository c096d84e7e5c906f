// Mercurius with its JIT, twice: LOADERS=1 is the way its documentation shows, otherwise the JOIN is written by hand.
import fastify from 'fastify';
import mercurius from 'mercurius';
import { announce } from './announce.mjs';
import { bornAt, list, listJoined, nest, ONE, ONE_JOINED, VERSIONS } from './sql.mjs';
import { query } from './tenant-query.mjs';

const schema = `
  type ModelVersion { id: ID! number: Int! contentHash: String! }
  type Inference {
    id: ID! createdAt: String! status: String! queueMs: Float! computeMs: Float! totalMs: Float! batchRows: Int!
    modelVersion: ModelVersion!
  }
  type InferenceConnection { nodes: [Inference!]! }
  type Query { inferences(first: Int): InferenceConnection inference(id: ID!): Inference }
`;
const customerId = process.env.CUSTOMER_ID;

const withLoaders = {
  resolvers: {
    Query: {
      inferences: async (_root, { first }) => ({
        nodes: await query(`list ${first}`, list(first), [customerId]),
      }),
      inference: async (_root, { id }) => (await query('one', ONE, [customerId, id, bornAt(id)]))[0] ?? null,
    },
  },
  loaders: {
    Inference: {
      async modelVersion(queries) {
        const ids = [...new Set(queries.map(({ obj }) => obj.modelVersionId))];
        const byId = new Map((await query('versions', VERSIONS, [ids])).map((row) => [row.id, row]));
        return queries.map(({ obj }) => byId.get(obj.modelVersionId));
      },
    },
  },
};
const joinedByHand = {
  resolvers: {
    Query: {
      inferences: async (_root, { first }) => ({
        nodes: (await query(`list ${first}`, listJoined(first), [customerId])).map(nest),
      }),
      inference: async (_root, { id }) => {
        const [row] = await query('one', ONE_JOINED, [customerId, id, bornAt(id)]);
        return row ? nest(row) : null;
      },
    },
  },
};

const app = fastify();
await app.register(mercurius, { schema, jit: 1, ...(process.env.LOADERS ? withLoaders : joinedByHand) });
announce(`${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`);
