export { environmentWith, programArguments } from './child-process';
export {
  type Config,
  ConfigError,
  describeConfig,
  type EngineChoice,
  type EngineProcessesConfig,
  readConfig,
} from './config';
