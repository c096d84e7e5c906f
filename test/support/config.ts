/** The configuration of tests: the defaults, on a free port, in a folder of its own. */
import { type Config, readConfig } from '../../src/platform/config';

/** The template was sealed with it, and so is what is cloned from it. */
const MASTER_KEY = '07'.repeat(32);

export function testConfig(dataDir: string, overrides: Partial<Config> = {}): Config {
  const config = readConfig({
    FLYWHEEL_PORT: '0',
    FLYWHEEL_DATA_DIR: dataDir,
    FLYWHEEL_LOG_LEVEL: 'error',
    FLYWHEEL_MASTER_KEY: MASTER_KEY,
  });
  // What happens at some minute of the hour would happen in the middle of some test.
  return { ...config, rateLimits: false, scheduled: false, ...overrides };
}
