/** The end of a process whose database is gone: everything else that it started ends all the same. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startApp } from '../../src/app/app';
import { cloneDatabase } from '../support/cluster';
import { testConfig } from '../support/config';
import { proxyTo } from '../support/postgres-proxy';

test('a service that is stopped while its database is away ends in order, and answers nobody any more', async () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-stop-'));
  const database = await cloneDatabase();
  try {
    const proxy = await proxyTo(database.url);
    const config = testConfig(dataDir, { logLevel: 'silent' });
    const app = await startApp({ config, databaseUrl: proxy.url });
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
    await proxy.close();
    await app.close();
    await expect(fetch(`${app.url}/healthz`)).rejects.toThrow();
  } finally {
    await database.drop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
});
