/**
 * Names where the words around them say that they are: after “my name is”, a title, a salutation, above all else a name is
 * a word like others. Announced once, it is one wherever the text has it again. A name that nothing announces is not found; how
 * many are is measured (docs/benchmarks.md).
 */
import { type Candidate, findAll, type Finding } from './finding';

const WORD = String.raw`\p{Lu}[\p{L}’'-]{1,30}`;
/** As in “van der Berg”. */
const PARTICLES = String.raw`(?:(?:van|von|de|da|del|della|der|den|di|la|le|bin|al|y) ){0,2}`;
const NAME = String.raw`${PARTICLES}${WORD}(?: ${PARTICLES}(?:\p{Lu}\.|${WORD})){0,3}`;
const END = String.raw`(?![\p{L}\p{N}])`;

/** What comes after these is a name even without a capital letter, but no more than a word of it. */
const INTRODUCED = String.raw`(?:my (?:full )?name(?: is|['’]s)|name is|i am called|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|mon nom est|me llamo|mi nombre es|mi chiamo|(?:o )?meu nome é|full name:|name:)`;
const TITLE = String.raw`(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Monsieur|Madame|Mme|Mlle|Señora?|Sr|Sra|Signora?)`;
const SALUTATION = String.raw`(?:Dear|Liebe[r]?|Sehr geehrte[r]? (?:Herr|Frau)|Chère?|Estimad[oa]|Cara|Caro|Hi|Hello|Hey|Hallo|Hola)`;
const SIGN_OFF = String.raw`(?:[Rr]egards|[Ss]incerely|[Yy]ours|[Ww]ishes|[Cc]heers|[Tt]hanks|[Tt]hank you|[Gg]rü(?:ß|ss)en?|[Cc]ordialement|[Ss]aludos|[Ss]aluti)`;

const INTRODUCTION = new RegExp(
  String.raw`(?<!\p{L})${INTRODUCED}\s{1,3}(?<name>[\p{L}][\p{L}’'-]{1,30})${END}`,
  'giu',
);
/** Case tells where a name ends, so the words before it are written with either. */
const CAPITALISED = new RegExp(String.raw`^${NAME}${END}`, 'u');
const TITLED = new RegExp(String.raw`(?<!\p{L})${TITLE}\.?\s{1,2}(?<name>${NAME})${END}`, 'gu');
const GREETED = new RegExp(String.raw`(?<!\p{L})${SALUTATION} (?<name>${NAME})(?=\s?[,!\n])`, 'gu');
const SIGNED = new RegExp(String.raw`${SIGN_OFF}[,!.]?[ \t]*\n\s*(?<name>${NAME})[ \t]*(?=\n|$)`, 'gu');

const MENTION = new RegExp(String.raw`(?<![\p{L}\p{N}])${WORD}${END}`, 'gu');
const POSSESSIVE = /['’]s$/;
const SHORTEST_MENTION = 3;

const NOBODY = new Set(
  'all,art,both,colleagues,customer,damen,everybody,everyone,friend,friends,guest,guys,here,in,ladies,madam,madame,mesdames,messieurs,not,on,señores,sir,support,team,that,the,there,this,unimportant,user,what,world,you'.split(
    ',',
  ),
);

export function namesIn(text: string): Finding[] {
  const announced = [
    ...findAll(text, INTRODUCTION, introduced),
    ...[TITLED, GREETED, SIGNED].flatMap((pattern) => findAll(text, pattern, named)),
  ];
  return announced.length === 0 ? announced : [...announced, ...mentionsOf(announced, text)];
}

/** Their words where they stand again, with a capital letter; those behind each other are one name. In one pass, however many there are. */
function mentionsOf(announced: readonly Finding[], text: string): Finding[] {
  const names = new Set(announced.flatMap(({ start, end }) => wordsOf(text.slice(start, end))));
  const mentions: Finding[] = [];
  for (const { start, end, value } of findAll(text, MENTION, mentioned)) {
    if (!names.has(value)) continue;
    const last = mentions.at(-1);
    if (last && last.end === start - 1 && text[last.end] === ' ')
      mentions.splice(-1, 1, { ...last, end, value: `${last.value} ${value}` });
    else mentions.push({ kind: 'NAME', start, end, value });
  }
  return mentions;
}

/** Without “von” and initials. */
function wordsOf(name: string): string[] {
  const words = name.split(' ');
  const telling = words.filter((word) => words.length === 1 || /^\p{Lu}/u.test(word));
  return telling.filter(({ length }) => length >= SHORTEST_MENTION).map((word) => word.toLowerCase());
}

function mentioned({ match, start }: Candidate): Finding {
  const name = match.replace(POSSESSIVE, '');
  return { kind: 'NAME', start, end: start + name.length, value: name.toLowerCase() };
}

function introduced({ match, start, groups, text }: Candidate): Finding | undefined {
  const first = groups['name']!;
  const from = start + match.length - first.length;
  return nameAt(CAPITALISED.exec(text.slice(from, from + 150))?.[0] ?? first, from);
}

function named({ match, start, groups }: Candidate): Finding | undefined {
  const name = groups['name']!;
  return nameAt(name, start + match.lastIndexOf(name));
}

function nameAt(name: string, start: number): Finding | undefined {
  const value = name.toLowerCase();
  if (NOBODY.has(value.split(' ')[0]!)) return undefined;
  return { kind: 'NAME', start, end: start + name.length, value };
}
