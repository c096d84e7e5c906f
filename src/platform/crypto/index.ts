export type { Crypto } from './crypto';
export { Keyring, masterKey } from './keyring';
