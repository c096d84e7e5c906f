/** Which statements are worth preparing: those whose text comes a second time. Names are the same on every connection. */
import { sha256 } from '../../kernel/hash';

/** The house writes its statements as constants, so this is far more than there are; past it nothing new is prepared. */
const MAX_TEXTS = 1000;

export class PreparedTexts {
  /** By text; null = seen once. */
  private readonly names = new Map<string, string | null>();
  private generation = 0;

  /** Undefined for a text that is not to be prepared. */
  nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known) return known;
    if (known === undefined) {
      if (this.names.size < MAX_TEXTS) this.names.set(text, null);
      return undefined;
    }
    const name = `fw_${this.generation}_${sha256(text).slice(0, 24)}`;
    this.names.set(text, name);
    return name;
  }

  /** From now on all texts are prepared under new names. */
  forget(): void {
    this.names.clear();
    this.generation++;
  }
}
