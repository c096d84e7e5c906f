/** What the configuration lacks or has wrong, told in its own words and without a stack. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
