/** A server of the OpenAI protocol that takes no time to think: what is measured is what stands in front of it. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

const WORDS = ' the little bird flew over the hill and sat down by the river to rest'.match(/ \w+/g)!;
const TOKENS = WORDS.length;
const USAGE = { prompt_tokens: 12, completion_tokens: TOKENS, total_tokens: 12 + TOKENS };
const HEAD = { id: 'chatcmpl-1', created: 0, model: 'bench' };

const whole = JSON.stringify({
  ...HEAD,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: WORDS.join(''), refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: USAGE,
});

function event(choices: object[], more: object = {}): string {
  return `data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
}

const streamed = [
  ...WORDS.map((content) => event([{ index: 0, delta: { content }, finish_reason: null }])),
  event([{ index: 0, delta: {}, finish_reason: 'stop' }]),
  event([], { usage: USAGE }),
  'data: [DONE]\n\n',
].join('');

const server = http.createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    const isStream = (JSON.parse(text) as { stream?: boolean }).stream === true;
    const body = isStream ? streamed : whole;
    const type = isStream ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
  });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send!({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() });
});
server.listen(0, '127.0.0.1', () => {
  process.send!({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` });
});
