/** The end of a process whose database is gone: everything else that it started ends all the same. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startApp } from '../../src/app/app';
import { cloneDatabase } from '../support/cluster';
import { testConfig } from '../support/config';
import { type PostgresProxy, proxyTo } from '../support/postgres-proxy';

test.each<[string, (proxy: PostgresProxy) => unknown]>([
  ['is away', (proxy) => proxy.close()],
  ['says nothing any more', (proxy) => (proxy.pass = () => undefined)],
])(
  'a service that is stopped while its database %s ends in order, and answers nobody any more',
  async (_what, leave) => {
    const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-stop-'));
    const database = await cloneDatabase();
    try {
      const proxy = await proxyTo(database.url);
      const config = testConfig(dataDir, { logLevel: 'silent' });
      const app = await startApp({ config, databaseUrl: proxy.url });
      expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
      await leave(proxy);
      await app.close();
      await expect(fetch(`${app.url}/healthz`)).rejects.toThrow();
      await proxy.close();
    } finally {
      await database.drop();
      fs.rmSync(dataDir, { recursive: true, force: true });
    }
  },
);
