// Tells the benchmark where a peer listens, and what it has used whenever it asks.
export function announce(url, headers = {}) {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() });
  });
  process.send({ url, headers });
}
