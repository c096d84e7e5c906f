/**
 * What is kept of a User-Agent, so that a person can tell their sessions apart: the kind of program and of system, without
 * versions, models or languages, by which one person could be told from others.
 */

/** The first that fits: most programs call themselves by the names of older ones too. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];
const OTHER = 'another program';
/** No browser says more; what is longer is not looked through. */
const MAX_LENGTH = 500;

export function clientKindOf(userAgent: string | undefined): string | null {
  if (!userAgent) return null;
  const text = userAgent.slice(0, MAX_LENGTH);
  const named = (names: typeof PROGRAMS): string | undefined => names.find(([form]) => form.test(text))?.[1];
  const [program, system] = [named(PROGRAMS) ?? OTHER, named(SYSTEMS)];
  return system ? `${program} on ${system}` : program;
}
