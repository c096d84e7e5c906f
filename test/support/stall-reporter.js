/**
 * Ends a run that stands still, and names the files that it waits for: a worker that is stuck outside of any test has no time
 * limit of its own, and a build that never ends says nothing.
 */
const STALL_MS = 8 * 60_000;

module.exports = class StallReporter {
  running = new Set();

  onRunStart() {
    this.wait();
  }

  onTestStart({ path }) {
    this.running.add(path);
    this.wait();
  }

  onTestResult({ path }) {
    this.running.delete(path);
    this.wait();
  }

  onRunComplete() {
    clearTimeout(this.timer);
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const files = [...this.running].join('\n  ');
      console.error(
        `No test file began or ended for ${STALL_MS / 60_000} minutes. Still running:\n  ${files}`,
      );
      process.exit(1);
    }, STALL_MS);
  }
};
