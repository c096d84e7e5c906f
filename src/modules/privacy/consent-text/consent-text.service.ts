/** The texts that people agree to: few, versioned, never changed. Another wording is another version. */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { CONSENT_PURPOSES, ConsentPurpose } from '../consent-purpose';
import { CONSENT_TEXT_SEEDS } from './consent-text-seeds';
import { ConsentText } from './consent-text.entity';
import { anotherTextIsThere, noLanguage, sameTextAsBefore, unknownText } from '../privacy.errors';
import { consentTextPublished } from '../privacy.events';
import type { ConsentTextPublishInput } from './consent-text.input';

const DEFAULT_LANGUAGE = 'en';

interface TextFilter {
  readonly purpose?: ConsentPurpose;
  readonly language?: string;
}

export class ConsentTextService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** The present version of each text, by purpose. */
  async present(filter: TextFilter = {}): Promise<ConsentText[]> {
    const newest = new Map<string, ConsentText>();
    for (const text of await this.all(filter))
      if (!newest.has(textKey(text))) newest.set(textKey(text), text);
    return [...newest.values()];
  }

  /** Every version, by purpose and language, newest first. */
  async all(filter: TextFilter = {}): Promise<ConsentText[]> {
    const texts = await this.database.read.list(ConsentText, { scope: SERVICE, where: { ...filter } });
    return texts.sort(
      (a, b) =>
        CONSENT_PURPOSES.indexOf(a.purpose) - CONSENT_PURPOSES.indexOf(b.purpose) ||
        a.language.localeCompare(b.language) ||
        b.version - a.version,
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

  /**
   * Adds a version, which everybody is shown from now on. What was agreed to before stands, under the words that were shown.
   * Event: consent-text.published. @throws AppError CONFLICT when another version was added meanwhile, INVALID_INPUT for the same words.
   */
  async publish(input: ConsentTextPublishInput): Promise<ConsentText> {
    const { purpose, title, body, jurisdiction = null, expectedVersion } = input;
    const language = languageOf(input.language);
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await unitOfWork.takeTurn(`consent text ${purpose} ${language}`);
      const texts = unitOfWork.repository(ConsentText);
      const [last] = await texts.find({ where: { purpose, language }, order: { version: 'DESC' }, take: 1 });
      const version = (last?.version ?? 0) + 1;
      if (expectedVersion != null && expectedVersion !== version - 1)
        throw anotherTextIsThere(version - 1, last?.id);
      if (last?.title === title && last.body === body && last.jurisdiction === jurisdiction)
        throw sameTextAsBefore(last.version);
      const createdAt = this.clock.now();
      const text = {
        id: newId('cst', createdAt),
        purpose,
        version,
        language,
        jurisdiction,
        title,
        body,
        createdAt,
      };
      await texts.insert(text);
      await this.events.emit(consentTextPublished(text, last));
      return text;
    });
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

/** The versions of one text share it. */
export const textKey = ({ purpose, language }: Pick<ConsentText, 'purpose' | 'language'>): string =>
  `${purpose} ${language}`;

/** Nobody is asked about SERVICE; what it rests on is said by its text. */
export const SERVICE_TEXT = textKey({ purpose: ConsentPurpose.SERVICE, language: DEFAULT_LANGUAGE });

/** The one spelling of a language tag. @throws AppError INVALID_INPUT for what is none. */
function languageOf(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0]!;
  } catch {
    throw noLanguage();
  }
}
