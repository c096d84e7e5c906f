/** One PostgreSQL for the whole run; each test file gets a database of its own, cloned from a migrated template. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

const TEMPLATE = 'flywheel_template';
/** Set by global-setup for the workers: the connection string of the cluster, without a database. */
const CLUSTER = 'FLYWHEEL_TEST_CLUSTER';

export function announceCluster(url: string): void {
  process.env[CLUSTER] = url;
}

export function databaseUrl(name: string): string {
  const cluster = process.env[CLUSTER];
  if (!cluster) throw new Error('the test cluster is started by jest’s global setup');
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return url.toString();
}

export const templateUrl = (): string => databaseUrl(TEMPLATE);

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl('postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export async function createTemplate(): Promise<void> {
  await administer(`create database ${TEMPLATE}`);
}

/** A fresh database with every table and seed in place, or one as this one stands, to which nobody may be connected. */
export async function cloneDatabase(of = templateUrl()): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = new URL(of).pathname.slice(1);
  await administer(`create database ${name} template ${template} strategy file_copy`);
  return { url: databaseUrl(name), drop: () => administer(`drop database ${name} with (force)`) };
}
