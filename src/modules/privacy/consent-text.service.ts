/** The texts that people agree to: seeded, versioned, never changed. They are few, so each process remembers them. */
import type { Clock } from '../../kernel/clock';
import { newId } from '../../kernel/id';
import { type Database, SERVICE } from '../../platform/database';
import { CONSENT_PURPOSES, ConsentPurpose } from './consent-purpose';
import { CONSENT_TEXT_SEEDS } from './consent-text-seeds';
import { ConsentText } from './consent-text.entity';
import { unknownText } from './privacy.errors';

const DEFAULT_LANGUAGE = 'en';

export class ConsentTextService {
  private serviceText: string | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The present version of each text, by purpose. */
  async present(filter: { purpose?: ConsentPurpose; language?: string } = {}): Promise<ConsentText[]> {
    const texts = await this.database.read.list(ConsentText, {
      scope: SERVICE,
      where: filter,
      orderBy: [{ property: 'version', direction: 'ASC' }],
    });
    const newest = new Map(texts.map((text) => [`${text.purpose} ${text.language}`, text]));
    return [...newest.values()].sort(
      (a, b) =>
        CONSENT_PURPOSES.indexOf(a.purpose) - CONSENT_PURPOSES.indexOf(b.purpose) ||
        a.language.localeCompare(b.language),
    );
  }

  /** The text a person was shown: this version, or the present one. @throws AppError INVALID_INPUT when there is none. */
  async shown(purpose: ConsentPurpose, language = DEFAULT_LANGUAGE, version?: number): Promise<ConsentText> {
    const text =
      version === undefined
        ? (await this.present({ purpose, language }))[0]
        : await this.database.read.one(ConsentText, {
            scope: SERVICE,
            where: { purpose, language, version },
          });
    if (!text) throw unknownText();
    return text;
  }

  /** What SERVICE rests on, said in words. */
  async serviceTextId(): Promise<string> {
    return (this.serviceText ??= (await this.shown(ConsentPurpose.SERVICE)).id);
  }

  /** Adds the texts of the first day where they are missing. */
  async seed(): Promise<void> {
    const { unitOfWork } = this.database;
    const now = this.clock.now();
    await unitOfWork.run(SERVICE, async () => {
      for (const { purpose, version, language, title, body } of CONSENT_TEXT_SEEDS) {
        await unitOfWork.sql(
          `insert into consent_texts (id, purpose, version, language, title, body, created_at)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict (purpose, language, version) do nothing`,
          [newId('cst', now), purpose, version, language, title, body, now],
        );
      }
    });
  }
}
