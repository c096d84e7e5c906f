/** The mails of a world as its people find them: in the order in which they were sent, once all that were ordered have left. */
import fs from 'node:fs';
import path from 'node:path';
import type { World } from './world';

/** What orders mail, and what sends it. */
const KINDS = ['identity.answer-reset-request', 'mail.send'];
const WAITING = `select count(*)::int as count from jobs where kind = any($1) and status in ('QUEUED', 'RUNNING')`;

export async function mailsTo(world: World, email: string): Promise<string[]> {
  const { servicePool } = world.app.platform.database;
  await world.until(async () => {
    const { rows } = await servicePool.query<{ count: number }>(WAITING, [KINDS]);
    return rows[0]!.count === 0;
  }, 'mail to leave');
  const folder = path.join(world.dataDir, 'mail');
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
  const mails = files.map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
  return mails.filter((mail) => mail.includes(`To: ${email}\r\n`));
}

type Page = 'invitation' | 'reset' | 'verify';

/** The token in the link of the last mail to this address that leads to a page; undefined when there is none. */
export async function linkTo(world: World, email: string, page: Page): Promise<string | undefined> {
  const link = new RegExp(`/console#/${page}/(\\S+)`);
  const links = (await mailsTo(world, email)).map((mail) => link.exec(mail)?.[1]);
  return links.findLast((token) => token !== undefined);
}

/** Lets a person prove the address: mail that may wait goes there from now on. */
export async function proveAddress(world: World, { email }: { readonly email: string }): Promise<void> {
  const token = await linkTo(world, email, 'verify');
  await world.client().mutate('emailVerify', 'EmailVerifyInput!', { token }, 'verified');
}
