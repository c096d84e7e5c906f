/**
 * Finds names of competitors in what people say: pure. A name is found as a word of its own, whatever its case and form: Unicode's
 * compatibility form (UAX #15) and both ways of its case, so that "ﬁne" and "FINE", "Straße" and "STRASSE" are one. Between the words of a
 * name any space or hyphen may stand. Where two names fit, the longer one is meant. Scripts that are written without spaces have no
 * words to tell apart: there a name is found wherever it stands.
 */

export interface KnownNames {
  readonly id: string;
  readonly names: readonly string[];
}

interface Candidate {
  readonly id: string;
  /** Matches at its `lastIndex` alone. */
  readonly pattern: RegExp;
  readonly length: number;
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}ー]+$/u;
const BETWEEN = /[\s\p{Pd}]+/gu;

/** One form for all ways to write the same; what cannot be seen is left out. */
function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim();
}

/** One form for all ways to write the same name. */
export function nameForm(name: string): string {
  return folded(name).replace(BETWEEN, ' ');
}

/** Whether a name can be found at all: it begins with a letter or digit, and has two signs and a letter. */
export function isFindable(name: string): boolean {
  const form = folded(name);
  return /^[\p{L}\p{N}]/u.test(form) && /\p{L}/u.test(form) && [...form].length >= 2;
}

export class CompetitorNames {
  /** By the word that a name begins with. */
  private readonly byFirstWord = new Map<string, Candidate[]>();
  private readonly unspaced: { readonly id: string; readonly name: string }[] = [];

  constructor(known: readonly KnownNames[]) {
    for (const { id, names } of known)
      for (const name of new Set(names.map(nameForm))) {
        if (UNSPACED.test(name)) this.unspaced.push({ id, name });
        else this.keep(id, name);
      }
    for (const candidates of this.byFirstWord.values()) candidates.sort((a, b) => b.length - a.length);
  }

  /** Whose names are in the text: each once, in the order of their ids. */
  in(text: string): string[] {
    const form = folded(text);
    const found = new Set<string>();
    let end = 0;
    for (const word of form.matchAll(WORD)) {
      if (word.index < end) continue;
      for (const { id, pattern } of this.byFirstWord.get(word[0]) ?? []) {
        pattern.lastIndex = word.index;
        const match = pattern.exec(form);
        if (!match) continue;
        found.add(id);
        end = word.index + match[0].length;
        break;
      }
    }
    for (const { id, name } of this.unspaced) if (form.includes(name)) found.add(id);
    return [...found].sort();
  }

  private keep(id: string, name: string): void {
    const [first] = name.match(WORD) ?? [];
    if (first === undefined) return;
    const parts = name.split(' ').map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    const pattern = new RegExp(`${parts.join('[\\s\\p{Pd}]+')}(?![\\p{L}\\p{M}\\p{N}])`, 'uy');
    const candidates = this.byFirstWord.get(first) ?? [];
    candidates.push({ id, pattern, length: name.length });
    this.byFirstWord.set(first, candidates);
  }
}
