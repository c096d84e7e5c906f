/** Who wraps the root key of this installation, and who may have wrapped it before: the configuration in words of `rootKey`. */
import fs from 'node:fs';
import type { Config } from '../config';
import { serviceKeyWrapper } from './key-service/open-key-service';
import type { KeyServiceError } from './key-service/key-service-error';
import { masterKey, masterKeyFile } from './keyring';
import { masterKeyWrapper } from './key-wrapper';
import type { WrappingKeys } from './root-key';

type KeysConfig = Pick<Config, 'masterKey' | 'masterKeyBefore' | 'keyServices' | 'dataDir'>;

/**
 * With a key service no master key is made, and one that is there is what was before.
 * @throws MasterKeyError when the key's file is damaged.
 */
export async function wrappingKeys(
  config: KeysConfig,
  tell: (error: KeyServiceError) => void,
): Promise<WrappingKeys> {
  const { present: chosen, others } = config.keyServices;
  const own = chosen && !hasMasterKey(config) ? [] : [masterKey(config.masterKey, config.dataDir)];
  const replaced = config.masterKeyBefore ? [Buffer.from(config.masterKeyBefore, 'hex')] : [];
  const masters = [...own, ...replaced];
  const services = await Promise.all(others.map((other) => serviceKeyWrapper(other, tell)));
  const wrappers = masters.map(masterKeyWrapper);
  if (chosen) {
    const present = await serviceKeyWrapper(chosen, tell);
    return { present, before: [...wrappers, ...services], masters };
  }
  const [present, ...before] = wrappers;
  return { present: present!, before: [...before, ...services], masters };
}

/** Whether there is one, configured or in its file. */
export function hasMasterKey({ masterKey: configured, dataDir }: KeysConfig): boolean {
  return Boolean(configured) || fs.existsSync(masterKeyFile(dataDir));
}
