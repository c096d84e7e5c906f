export { type Config, ConfigError, describeConfig, type EngineChoice, readConfig } from './config';
