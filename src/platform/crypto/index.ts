export type { Crypto } from './crypto';
export { keyServiceReport } from './key-service/open-key-service';
export { KeyServiceError } from './key-service/key-service-error';
export { Keyring, masterKey, MasterKeyError, masterKeyFile } from './keyring';
export { masterKeyWrapper } from './key-wrapper';
export { rootKey } from './root-key';
export { openedLines, sealedLines } from './sealed-stream';
export { hasMasterKey, wrappingKeys } from './wrapping-keys';
