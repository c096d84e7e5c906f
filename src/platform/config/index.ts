export { type Config, ConfigError, CONFIG_KEYS, type EngineChoice, readConfig } from './config';
