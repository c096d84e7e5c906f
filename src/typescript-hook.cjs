/**
 * Lets Node read TypeScript, compiled by swc as .swcrc says and kept until the source changes. Every process of the
 * product is started with it, engines and trainers included, so it loads nothing that it does not need: hooks made by
 * others load the TypeScript compiler to read its settings, 0.5 s and 70 MB in each of them (decision 0260).
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { addHook } = require('pirates');
const sourceMapSupport = require('source-map-support');

const ROOT = path.resolve(__dirname, '..');
const RULES = path.join(ROOT, '.swcrc');
const CACHE = path.join(ROOT, 'node_modules/.cache/typescript');
const SALT = [
  fs.readFileSync(RULES),
  fs.readFileSync(path.join(__dirname, 'typescript-hook.cjs')),
  require('@swc/core/package.json').version,
].join();

/** @returns where what becomes of a source is kept, without the extension. */
const keptAt = (filename) => path.join(CACHE, path.relative(ROOT, filename));

/** Compiled code ends with the hash of what it was made from: a file that does not is stale, or was not written whole. */
function markOf(source) {
  return `\n//${createHash('sha1').update(SALT).update(source).digest('hex')}`;
}

function readOrNull(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Processes that start together compile the same file: each writes one of its own and moves it into place. */
function write(file, text) {
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, text);
  fs.renameSync(own, file);
}

/** An object that begins with a spread and goes on. */
const MAY_BEGIN_WITH_SPREAD = /\{\s*\.\.\./;

/**
 * V8 of Node 20 makes a hidden class for each property that follows a spread at the head of an object, every time: a microsecond
 * and 0.2 KB that only a full collection frees. Behind a spread of nothing it does not (decision 0290).
 */
function withoutLeadingSpreads(code) {
  if (!MAY_BEGIN_WITH_SPREAD.test(code)) return code;
  const { parse } = require('acorn');
  const { simple } = require('acorn-walk');
  const heads = [];
  simple(parse(code, { ecmaVersion: 2022 }), {
    ObjectExpression({ start, properties }) {
      if (properties.length > 1 && properties[0].type === 'SpreadElement') heads.push(start + 1);
    },
  });
  // From the last to the first, so that the places of the others stay; lines stay as the map knows them.
  return heads
    .sort((a, b) => b - a)
    .reduce((text, at) => `${text.slice(0, at)} ...null,${text.slice(at)}`, code);
}

/** Maps of code that could not be kept. */
const maps = new Map();

function keep(filename, code, map) {
  try {
    fs.mkdirSync(path.dirname(keptAt(filename)), { recursive: true });
    write(`${keptAt(filename)}.map`, map);
    write(`${keptAt(filename)}.js`, code);
  } catch {
    // An image may be read-only: then every start compiles again.
    maps.set(filename, map);
  }
}

function compile(source, filename) {
  const mark = markOf(source);
  const kept = readOrNull(`${keptAt(filename)}.js`);
  if (kept?.endsWith(mark)) return kept;
  const { code: compiled, map } = require('@swc/core').transformSync(source, {
    filename,
    swcrc: true,
    configFile: RULES,
  });
  const code = withoutLeadingSpreads(compiled);
  keep(filename, code + mark, map);
  return code;
}

const isOurs = (filename) => filename.startsWith(ROOT + path.sep);
addHook(compile, { exts: ['.ts'], ignoreNodeModules: true, matcher: isOurs });

// Traces name lines of the source. A map is read only when a trace asks for it.
sourceMapSupport.install({
  environment: 'node',
  handleUncaughtExceptions: false,
  retrieveSourceMap(file) {
    const map =
      file.endsWith('.ts') && isOurs(file) ? (maps.get(file) ?? readOrNull(`${keptAt(file)}.map`)) : null;
    return map ? { url: file, map } : null;
  },
});
