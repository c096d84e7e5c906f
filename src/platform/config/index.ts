export { environmentWith, programArguments } from './child-process';
export type { BlobsConfig, S3Config } from './blobs-config';
export { ConfigError } from './config-error';
export type { KeyServiceConfig, KmsConfig, VaultConfig } from './key-service-config';
export type { MailConfig, SmtpConfig } from './mail-config';
export {
  type Config,
  describeConfig,
  type EngineChoice,
  type EngineProcessesConfig,
  readConfig,
  unknownVariables,
} from './config';
export type { MoneyLimits } from './money-review-config';
export type { OtlpConfig, TraceConfig } from './trace-config';
