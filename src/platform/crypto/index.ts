export type { Crypto } from './crypto';
export { Keyring, masterKey, MasterKeyError, masterKeyFile } from './keyring';
