/** The key services that the configuration describes. What one needs is loaded only where it is configured. */
import { randomBytes } from 'node:crypto';
import type { KeyServiceConfig } from '../../config';
import type { KeyWrapper } from '../key-wrapper';
import { type KeyService, serviceWrapper } from './key-service';
import type { KeyServiceTiming } from './key-service-call';
import type { KeyServiceError } from './key-service-error';

/** @param tell hears once of each question that the service does not answer at once. */
export async function serviceKeyWrapper(
  config: KeyServiceConfig,
  tell: (error: KeyServiceError) => void,
  timing?: Partial<KeyServiceTiming>,
): Promise<KeyWrapper> {
  return serviceWrapper(await open(config, tell, timing));
}

async function open(
  config: KeyServiceConfig,
  tell: (error: KeyServiceError) => void,
  timing: Partial<KeyServiceTiming> | undefined,
): Promise<KeyService> {
  if (config.kind === 'VAULT') {
    const { VaultTransit } = await import('./vault-transit');
    return new VaultTransit(config, tell, timing);
  }
  const { AwsKms } = await import('./aws-kms');
  return new AwsKms(config, tell, timing);
}

/** What `doctor` says of it, after it has wrapped and unwrapped a key that is nobody's. @throws KeyServiceError in words. */
export async function keyServiceReport(config: KeyServiceConfig): Promise<string> {
  const wrapper = await serviceKeyWrapper(config, () => undefined, { deadlineMs: 0 });
  await wrapper.unwrap(await wrapper.wrap(randomBytes(32)));
  return `${wrapper.name} wraps and unwraps`;
}
