export {
  type Config,
  ConfigError,
  describeConfig,
  type EngineChoice,
  type EngineProcessesConfig,
  environmentWith,
  readConfig,
} from './config';
