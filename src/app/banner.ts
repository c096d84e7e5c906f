/** What a newcomer reads after `npm start`. */
import { engineReport } from '../modules/compute';
import type { App } from './app';
import type { FirstLogin } from './first-login';

export interface BannerFacts {
  readonly app: App;
  readonly place: string;
  /** Only until it was shown once. */
  readonly firstLogin: FirstLogin | undefined;
}

export function banner({ app, place, firstLogin }: BannerFacts): string {
  const lines = [
    `Flywheel is running.`,
    `  Console    ${app.url}/console   (for staff and customers, in a browser)`,
    `  GraphQL    ${app.url}/graphql   (open it in a browser for the explorer)`,
    ...engineReport(app.modules.compute.compute.info()).map(
      (line, i) => `  ${i === 0 ? line.replace('Engine: ', 'Engine     ') : `           ${line.trim()}`}`,
    ),
    `  Data       ${place}`,
  ];
  if (firstLogin) {
    lines.push(
      `  Staff      ${firstLogin.email} / ${firstLogin.password}   (shown once; must be changed at the first sign-in)`,
    );
  }
  lines.push('  Try next   npm run demo   tells the whole story in a minute', '  Stop       Ctrl-C');
  return `${lines.join('\n')}\n`;
}
