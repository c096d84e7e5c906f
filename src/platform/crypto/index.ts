export type { Crypto } from './crypto';
export { Keyring, masterKey, MasterKeyError, masterKeyFile } from './keyring';
export { masterKeyWrapper } from './key-wrapper';
export { rootKey } from './root-key';
export { openedLines, sealedLines } from './sealed-stream';
