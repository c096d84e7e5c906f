/** What a newcomer reads after `npm start`. */
import { engineReport } from '../modules/compute';
import type { App } from './app';

export interface BannerFacts {
  readonly app: App;
  readonly place: string;
  readonly firstStaff: { readonly email: string; readonly password: string } | undefined | '';
}

export function banner({ app, place, firstStaff }: BannerFacts): string {
  const lines = [
    `Flywheel is running.`,
    `  GraphQL    ${app.url}/graphql   (open it in a browser for the explorer)`,
    ...engineReport(app.modules.compute.compute.info()).map(
      (line, i) => `  ${i === 0 ? line.replace('Engine: ', 'Engine     ') : `           ${line.trim()}`}`,
    ),
    `  Data       ${place}`,
  ];
  if (firstStaff) {
    lines.push(
      `  Staff      ${firstStaff.email} / ${firstStaff.password}   (shown once; must be changed with passwordChange)`,
    );
  }
  lines.push('  Try next   npm run demo   tells the whole story in a minute', '  Stop       Ctrl-C');
  return `${lines.join('\n')}\n`;
}
