/** Tells the story on a terminal, or keeps silent while figures are gathered for `--json`. */
const WIDTH = 30;

export interface Narrator {
  /** A new chapter, told from somebody's chair. */
  chapter(who: string, what: string): void;
  say(line: string): void;
  /** A bar that is redrawn in place; 1 ends it. */
  progress(fraction: number, note: string): void;
}

export class TerminalNarrator implements Narrator {
  private chapters = 0;

  constructor(private readonly out: NodeJS.WriteStream) {}

  chapter(who: string, what: string): void {
    this.out.write(`\n${++this.chapters}. ${who}: ${what}\n`);
  }

  say(line: string): void {
    this.out.write(`   ${line}\n`);
  }

  progress(fraction: number, note: string): void {
    const done = Math.round(Math.min(1, fraction) * WIDTH);
    const bar = `${'█'.repeat(done)}${'░'.repeat(WIDTH - done)}`;
    // Without a terminal a line is not redrawn: only its end is worth printing.
    if (!this.out.isTTY && fraction < 1) return;
    this.out.write(`${this.out.isTTY ? '\r\u001b[K' : ''}   ${bar} ${note}${fraction >= 1 ? '\n' : ''}`);
  }
}

export const silentNarrator: Narrator = {
  chapter: () => undefined,
  say: () => undefined,
  progress: () => undefined,
};
