// The gateway of Portkey as its package starts it, in front of the server that BENCH_UPSTREAM names.
import net from 'node:net';
import { announce } from './announce.mjs';

const port = await new Promise((resolve) => {
  const probe = net.createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  });
});
process.argv.push(`--port=${port}`, '--headless');
process.env.TRUSTED_CUSTOM_HOSTS = '127.0.0.1,localhost';
await import('@portkey-ai/gateway/build/start-server.js');
const url = `http://127.0.0.1:${port}/v1/chat/completions`;
for (;;) {
  const listens = await fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
  if (listens) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
announce(url, {
  authorization: 'Bearer benchmark',
  'x-portkey-provider': 'openai',
  'x-portkey-custom-host': process.env.BENCH_UPSTREAM,
});
