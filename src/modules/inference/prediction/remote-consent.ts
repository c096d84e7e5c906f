/**
 * What is asked leaves the house only with the consent of the person it concerns. Read from the database each time: a
 * remote server takes longer than the question, and no stale copy may send a person's data away.
 */
import { type Database, SERVICE } from '../../../platform/database';
import { CONSENT_NOW_SQL, ConsentPurpose, consentRequired } from '../../privacy';

const GIVEN = `select ${CONSENT_NOW_SQL('$1', '$2', ConsentPurpose.REMOTE_PROCESSING)} as given`;

export class RemoteConsent {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** Without a person there is nobody whose data could leave. @throws AppError CONSENT_REQUIRED. */
  async require(customerId: string, endUserId: string | null): Promise<void> {
    if (endUserId === null) return;
    const values = [customerId, endUserId];
    const [row] = await this.database.read.sql<{ given: boolean }>(
      SERVICE,
      'inference.remote-consent',
      GIVEN,
      values,
    );
    if (!row!.given) throw consentRequired(ConsentPurpose.REMOTE_PROCESSING);
  }
}
