/**
 * The console as it is served, in a browser without a screen: its own scripts run and ask the service over HTTP; what it
 * shows is read as text, and pressed and filled in by what a person would read on it.
 */
import { Browser, type HTMLElement, type HTMLInputElement } from 'happy-dom';

/** A file that somebody picks. */
interface Attached {
  readonly file: string;
  readonly text: string;
}

function fillIn(form: HTMLElement, input: HTMLInputElement, value: string): void {
  if (input.type !== 'checkbox') input.value = value;
  else (form.querySelector(`[name="${input.name}"][value="${value}"]`) as HTMLInputElement).checked = true;
}

/** A space that does not break is read like any other. */
const read = (text: string): string => text.replaceAll('\u00a0', ' ');

export class ConsolePage {
  /** What the browser asked, and what is answered. */
  readonly questions: string[] = [];
  leaves = true;

  private constructor(
    private readonly browser: Browser,
    private readonly page: ReturnType<Browser['newPage']>,
  ) {}

  static async open(serviceUrl: string): Promise<ConsolePage> {
    const browser = new Browser({
      settings: {
        // Only what this service itself serves, from the loopback.
        enableJavaScriptEvaluation: true,
        suppressInsecureJavaScriptEnvironmentWarning: true,
        disableCSSFileLoading: true,
        handleDisabledFileLoadingAsSuccess: true,
      },
    });
    const page = new ConsolePage(browser, browser.newPage());
    await page.page.goto(`${serviceUrl}/console`);
    (page.window as unknown as { confirm: (text: string) => boolean }).confirm = (text) => {
      page.questions.push(text);
      return page.leaves;
    };
    await page.settled();
    return page;
  }

  async close(): Promise<void> {
    // A page that is still being gone to cannot be left.
    await this.settled();
    await this.browser.close();
  }

  get address(): string {
    return this.window.location.href;
  }

  /** What the console keeps for this tab under a name. */
  kept(name: string): unknown {
    return JSON.parse(this.window.sessionStorage.getItem(name) ?? 'null');
  }

  /** What stands in the page, or in the first element that the selector finds. */
  text(selector = 'body'): string {
    return read(this.element(selector)?.textContent ?? '');
  }

  texts(selector: string): string[] {
    return [...this.document.querySelectorAll(selector)].map(({ textContent }) => read(textContent));
  }

  has(selector: string): boolean {
    return this.element(selector) !== null;
  }

  /** Where the first link leads that says this, in the first element that the selector finds. */
  link(says: string, within = 'body'): string | null | undefined {
    const links = [...(this.element(within)?.querySelectorAll('a') ?? [])];
    return links.find(({ textContent }) => textContent === says)?.getAttribute('href');
  }

  /** Fills in the first form whose button says this, and presses it. Of check boxes of a name, the one with the value is ticked. */
  async send(action: string, values: Readonly<Record<string, string | Attached>> = {}): Promise<void> {
    const forms = [...this.document.querySelectorAll('form')];
    const form = forms.find((one) => one.querySelector('button[type=submit]')?.textContent === action);
    if (!form) throw new Error(`no form says ${action}: ${this.text()}`);
    for (const [name, value] of Object.entries(values)) {
      const input = form.querySelector(`[name="${name}"]`) as HTMLInputElement | null;
      if (!input) throw new Error(`${action} has no field ${name}`);
      if (typeof value === 'string') fillIn(form, input, value);
      else input.files = [new this.window.File([value.text], value.file)] as never;
      input.dispatchEvent(new this.window.Event('change', { bubbles: true }));
    }
    (form.querySelector('button[type=submit]') as unknown as HTMLElement).click();
    await this.settled();
  }

  /** What somebody who hears the page would miss: a field without a name, a button without words, a heading out of order. */
  unheard(): string[] {
    const all = [...this.document.querySelectorAll('input, select, textarea, button, a, [role=progressbar]')];
    const isNamed = (one: (typeof all)[number]): boolean =>
      one.hasAttribute('hidden') ||
      Boolean(one.getAttribute('aria-label')) ||
      (/^(BUTTON|A)$/.test(one.tagName) ? one.textContent.trim() !== '' : one.closest('label') !== null);
    const headings = [...this.document.querySelectorAll('h1, h2, h3, h4')];
    const levels = headings.map(({ tagName }) => Number(tagName[1]));
    return [
      ...all.filter((one) => !isNamed(one)).map(({ outerHTML }) => outerHTML),
      ...headings
        .filter((_, at) => levels[at]! > (levels[at - 1] ?? 0) + 1)
        .map(({ outerHTML }) => outerHTML),
      ...[...this.document.querySelectorAll('th')]
        .filter(({ textContent }) => textContent.trim() === '')
        .map(({ outerHTML }) => outerHTML),
      ...(levels.filter((level) => level === 1).length === 1 ? [] : ['not one h1']),
    ];
  }

  /** Takes an option of the first list of this name. */
  async choose(name: string, value: string): Promise<void> {
    const list = this.element(`select[name="${name}"]`) as unknown as HTMLInputElement;
    list.value = value;
    list.dispatchEvent(new this.window.Event('change', { bubbles: true }));
    await this.settled();
  }

  /** What stands in the first field of this name. */
  value(name: string, within = ''): string {
    return (this.element(`${within}[name="${name}"]`) as unknown as HTMLInputElement).value;
  }

  /** Writes into the first field of this name, and waits for what the page makes of it. */
  async write(name: string, text: string, within = ''): Promise<void> {
    const input = this.element(`${within}input[name="${name}"]`) as unknown as HTMLInputElement;
    input.value = text;
    input.dispatchEvent(new this.window.Event('input', { bubbles: true }));
    await this.settled();
  }

  /** Waits until the form may be sent again: of what comes in pieces the browser knows no end. */
  async answered(): Promise<void> {
    while (this.has('form button[type=submit]:disabled')) await new Promise((next) => setImmediate(next));
    await this.settled();
  }

  /** Presses the first button or link that says this. */
  async press(label: string): Promise<void> {
    const all = [...this.document.querySelectorAll('button, a')] as HTMLElement[];
    const found = all.find(({ textContent }) => textContent.includes(label));
    if (!found) throw new Error(`nothing says ${label}: ${this.text()}`);
    found.click();
    await this.settled();
  }

  async go(place: string): Promise<void> {
    this.window.location.hash = `#/${place}`;
    await this.settled();
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.send('Sign in', { email, password });
  }

  private settled(): Promise<void> {
    return this.page.waitUntilComplete();
  }

  private get window() {
    return this.page.mainFrame.window;
  }

  private get document() {
    return this.page.mainFrame.document;
  }

  private element(selector: string) {
    return this.document.querySelector(selector);
  }
}
