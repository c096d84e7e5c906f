/** The configuration of tests: the defaults, on a free port, in a folder of its own. */
import { type Config, readConfig } from '../../src/platform/config';

export function testConfig(dataDir: string, overrides: Partial<Config> = {}): Config {
  const config = readConfig({ FLYWHEEL_PORT: '0', FLYWHEEL_DATA_DIR: dataDir, FLYWHEEL_LOG_LEVEL: 'error' });
  return { ...config, rateLimits: false, ...overrides };
}
