// The floor: node:http and pg with hand-written SQL, no GraphQL at all.
import http from 'node:http';
import { announce } from './announce.mjs';
import { bornAt, listJoined, nest, ONE_JOINED } from './sql.mjs';
import { query } from './tenant-query.mjs';

const customerId = process.env.CUSTOMER_ID;
const OPERATIONS = {
  list: async () => {
    const rows = await query('list', listJoined(100), [customerId]);
    return { inferences: { nodes: rows.map(nest) } };
  },
  one: async ({ id }) => {
    const [row] = await query('one', ONE_JOINED, [customerId, id, bornAt(id)]);
    return { inference: row ? nest(row) : null };
  },
  trivial: async () => ({ __typename: 'Query' }),
};

const server = http.createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (text += chunk));
  request.on('end', async () => {
    const { operation, variables } = JSON.parse(text);
    const body = JSON.stringify({ data: await OPERATIONS[operation](variables) });
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    };
    response.writeHead(200, headers).end(body);
  });
});
server.listen(0, '127.0.0.1', () => announce(`http://127.0.0.1:${server.address().port}/graphql`));
