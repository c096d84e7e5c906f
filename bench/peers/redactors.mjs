// Redactors of npm, as their documentation uses them: texts on standard input, masked texts and their time on standard output.
import { Redactor } from '@redactpii/node';
import { OpenRedaction } from 'openredaction';

const redactors = {
  '@redactpii/node': () => {
    const redactor = new Redactor();
    return async (text) => redactor.redact(text);
  },
  openredaction: () => {
    const redactor = new OpenRedaction({ redactionMode: 'placeholder' });
    return async (text) => (await redactor.detect(text)).redacted;
  },
};

let input = '';
for await (const piece of process.stdin) input += piece;
const texts = JSON.parse(input);
const redact = redactors[process.argv[2]]();
for (const text of texts) await redact(text);
const begun = performance.now();
const masked = [];
for (const text of texts) masked.push(await redact(text));
process.stdout.write(
  JSON.stringify({ masked, microseconds: ((performance.now() - begun) * 1000) / texts.length }),
);
