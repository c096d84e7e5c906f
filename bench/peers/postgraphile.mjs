// PostGraphile 5 as its documentation sets it up, with the role and the tenant given to every transaction. Needs Node 22.
import http from 'node:http';
import { grafserv } from 'postgraphile/grafserv/node';
import { makePgService } from 'postgraphile/adaptors/pg';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { postgraphile } from 'postgraphile';
import { announce } from './announce.mjs';

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ['bench'],
      poolConfig: { max: Number(process.env.POOL) },
    }),
  ],
  grafast: {
    explain: false,
    context: () => ({ pgSettings: { role: 'flywheel_app', 'app.customer_id': process.env.CUSTOMER_ID } }),
  },
  grafserv: { graphiql: false, watch: false, maxRequestLength: 100_000 },
});
const server = http.createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(0, '127.0.0.1', () => announce(`http://127.0.0.1:${server.address().port}/graphql`));
