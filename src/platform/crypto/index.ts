export type { Crypto } from './crypto';
export { assertKeyOfDatabase } from './key-of-database';
export { Keyring, masterKey, MasterKeyError, masterKeyFile } from './keyring';
export { openedLines, sealedLines } from './sealed-stream';
