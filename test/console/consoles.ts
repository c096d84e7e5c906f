/** The console and the people who sign in to it: in a world that has something in every list, or in an empty one. */
import type { Config } from '../../src/platform/config';
import { ConsolePage } from './console-page';
import { type Populated, populatedWorld } from '../support/populated';
import { startWorld, type World } from '../support/world';

export const PASSWORD = 'a password nobody guesses';

export type StaffRole = 'ADMIN' | 'ANALYST' | 'REVIEWER' | 'COMPLIANCE';

export class Consoles {
  private open: ConsolePage[] = [];
  private people = 0;

  private constructor(
    readonly world: World,
    private readonly content?: Populated,
  ) {}

  static async start(): Promise<Consoles> {
    const content = await populatedWorld(2);
    return new Consoles(content.world, content);
  }

  static async empty(overrides: Partial<Config> = {}): Promise<Consoles> {
    return new Consoles(await startWorld(overrides));
  }

  get populated(): Populated {
    if (!this.content) throw new Error('this world is empty');
    return this.content;
  }

  /** A new tab at the door. */
  async tab(): Promise<ConsolePage> {
    const page = await ConsolePage.open(this.world.url);
    this.open.push(page);
    return page;
  }

  /** Somebody of staff with the one-time password of the first sign-in. */
  async newcomer(role: StaffRole): Promise<{ readonly email: string; readonly password: string }> {
    const email = `console${++this.people}@staff.test`;
    const { password } = await this.world.app.modules.identity.identity.createStaff(email, role);
    return { email, password };
  }

  /** The tab of somebody of staff who has signed in. */
  async staff(role: StaffRole): Promise<ConsolePage> {
    const page = await this.tab();
    const { email, password } = await this.newcomer(role);
    await page.signIn(email, password);
    await page.send('Change it', { current: password, next: PASSWORD });
    return page;
  }

  async closeTabs(): Promise<void> {
    const closing = this.open;
    this.open = [];
    await Promise.all(closing.map((page) => page.close()));
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

/** No screen is worth anything that ends in a refusal, or of which somebody hears a part only. */
export function expectNoRefusal(page: ConsolePage, where: string): void {
  expect([where, page.unheard()]).toEqual([where, []]);
  const refusals = page.texts('.refusal').filter((text) => text !== '');
  expect([where, refusals]).toEqual([where, []]);
  expect([where, page.text('main')]).not.toEqual([where, expect.stringContaining('could not be shown')]);
  expect([where, page.text('main')]).not.toEqual([where, expect.stringContaining('Try again')]);
}

/** The screens of the menu, by their titles. */
export const menu = (page: ConsolePage): string[] => page.texts('nav a').slice(1);
