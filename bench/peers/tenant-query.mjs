// Row-level security in one round trip on pg's own Query: set_config and the statement travel under the same Sync.
// The peers get it too, so that what is compared is GraphQL, not the number of round trips.
import pg from 'pg';

// An instant as text: a change of letters. A Date for each row, or to_char in PostgreSQL, would cost the peers several times more.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => {
  const [date, time] = text.slice(0, -3).split(' ');
  const [seconds, fraction = ''] = time.split('.');
  return `${date}T${seconds}.${fraction.padEnd(3, '0')}Z`;
});

const SET = { name: 'set_tenant', text: "select set_config('app.customer_id', $1, true)" };
const primed = new WeakSet();

class TenantQuery extends pg.Query {
  constructor(config, customerId, callback) {
    super(config, undefined, callback);
    this.customerId = customerId;
    this.setting = true;
  }

  prepare(connection) {
    connection.bind({ statement: SET.name, values: [this.customerId] });
    connection.execute();
    super.prepare(connection);
  }

  handleDataRow(message) {
    if (!this.setting) super.handleDataRow(message);
  }

  handleCommandComplete(message, connection) {
    if (this.setting) this.setting = false;
    else super.handleCommandComplete(message, connection);
  }
}

export const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  options: '-c role=flywheel_app',
  max: Number(process.env.POOL),
});

export async function query(name, text, values, customerId = process.env.CUSTOMER_ID) {
  const client = await pool.connect();
  try {
    if (!primed.has(client)) {
      await client.query({ ...SET, values: [''] });
      primed.add(client);
    }
    return await new Promise((resolve, reject) => {
      const done = (error, result) => (error ? reject(error) : resolve(result.rows));
      client.query(new TenantQuery({ name, text, values }, customerId, done));
    });
  } finally {
    client.release();
  }
}
