const { pathToFileURL } = require('node:url');
const path = require('node:path');

// For jest itself, which loads the set-up and the tear-down of a run, and for its workers, which load the tests.
require('./src/typescript-hook.cjs');
const preloaded = ['typescript-hook.mjs', 'worker-data.mjs'];
const urlOf = (file) => pathToFileURL(path.join(__dirname, 'test/support', file));
process.env.NODE_OPTIONS = preloaded.map((file) => `--import=${urlOf(file)}`).join(' ');

/**
 * A worker loads the product once, and not for each of its files again, which costs more than most tests: modules are
 * shared by the files of a worker, as they are by the requests of a server.
 * @type {import('jest').Config}
 */
module.exports = {
  runner: 'jest-light-runner/child-process',
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {},
  setupFiles: ['reflect-metadata', '<rootDir>/test/support/worker-process.js'],
  setupFilesAfterEnv: ['<rootDir>/test/support/time-limit.js'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  maxWorkers: 3,
  reporters: ['default', '<rootDir>/test/support/stall-reporter.js'],
  testSequencer: '<rootDir>/test/support/slow-first.js',
};
