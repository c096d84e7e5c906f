/**
 * Lets Node read TypeScript, compiled by swc as .swcrc says and kept until the source changes. Every process of the
 * product is started with it, engines and trainers included, so it loads nothing that it does not need: hooks made by
 * others load the TypeScript compiler to read its settings, 0.5 s and 70 MB in each of them (decision 0260).
 */
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { addHook } = require('pirates');
const sourceMapSupport = require('source-map-support');
const { ROOT, compile, isFresh, keptOf, mapOf } = require('./typescript-compiler.cjs');

// A process of its own: what it fails of is compiled below, and tells why there.
if (isFresh()) spawnSync(process.execPath, [path.join(__dirname, 'typescript-compiler.cjs')]);

const isOurs = (filename) => filename.startsWith(ROOT + path.sep);
addHook((source, filename) => keptOf(source, filename) ?? compile(source, filename), {
  exts: ['.ts'],
  ignoreNodeModules: true,
  matcher: isOurs,
});

// Traces name lines of the source. A map is read only when a trace asks for it.
sourceMapSupport.install({
  environment: 'node',
  handleUncaughtExceptions: false,
  retrieveSourceMap(file) {
    const map = file.endsWith('.ts') && isOurs(file) ? mapOf(file) : null;
    return map ? { url: file, map } : null;
  },
});

// Libraries that are made for browsers, too, look for it while they are loaded, and Node warns of its own since 25.
delete globalThis.localStorage;
