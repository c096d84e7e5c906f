/**
 * Compiles TypeScript for the hook beside it, and keeps what comes out. Run by itself it compiles all that the product is made of,
 * on as many threads as libuv has: after an install the first start would else compile one file after the other, and hold
 * the compiler's memory for as long as it serves (decision 0260).
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const RULES = path.join(ROOT, '.swcrc');
const CACHE = path.join(ROOT, 'node_modules/.cache/typescript');
const PRODUCT = ['src', 'migrations'];
const AT_ONCE = 64;
const SALT = [
  fs.readFileSync(RULES),
  fs.readFileSync(__filename),
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

/** The map names the source as what lies beside it: a checkout may be copied or moved with what was kept. */
const rulesFor = (filename) => ({
  filename,
  sourceFileName: path.basename(filename),
  swcrc: true,
  configFile: RULES,
});

function finish(source, filename, { code: compiled, map }) {
  const code = withoutLeadingSpreads(compiled);
  keep(filename, code + markOf(source), map);
  return code;
}

/** @returns what was kept of this very source, or null. */
function keptOf(source, filename) {
  const kept = readOrNull(`${keptAt(filename)}.js`);
  return kept?.endsWith(markOf(source)) ? kept : null;
}

function compile(source, filename) {
  return finish(source, filename, require('@swc/core').transformSync(source, rulesFor(filename)));
}

/** @returns the source map of a file as text, or null. */
const mapOf = (filename) => maps.get(filename) ?? readOrNull(`${keptAt(filename)}.map`);

/** Nothing was ever kept, and something can be: what a checkout is like after its packages were installed. */
function isFresh() {
  if (fs.existsSync(CACHE)) return false;
  try {
    fs.mkdirSync(CACHE, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

async function compileProduct() {
  const { transform } = require('@swc/core');
  const files = PRODUCT.flatMap((folder) =>
    fs
      .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => path.join(ROOT, folder, file)),
  );
  for (let i = 0; i < files.length; i += AT_ONCE)
    await Promise.all(
      files.slice(i, i + AT_ONCE).map(async (filename) => {
        const source = fs.readFileSync(filename, 'utf8');
        if (!keptOf(source, filename)) finish(source, filename, await transform(source, rulesFor(filename)));
      }),
    );
}

module.exports = { ROOT, compile, isFresh, keptOf, mapOf };
if (require.main === module) compileProduct();
