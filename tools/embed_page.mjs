// embed_page.mjs DIST OUT: the files of a built page as OUT/page.cpp, for station::built_in_page(). They are copied to OUT,
// compressed too, so that other builds of the page do not concern this one.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm',
  webp: 'image/webp',
  woff2: 'font/woff2',
};

const [dist, out] = process.argv.slice(2);
const names = readdirSync(join(dist, 'assets')).sort();
const files = [['/', join(dist, 'index.html')], ...names.map((name) => [`/assets/${name}`, join(dist, 'assets', name)])];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const arrays = [];
const rows = [];
files.forEach(([path, file], i) => {
  const type = TYPES[file.split('.').at(-1)];
  if (!type || !/^[\w./-]+$/.test(path)) throw new Error(`${file}: not a file that a page is made of`);
  const bytes = readFileSync(file);
  const zipped = gzipSync(bytes, { level: 9 });
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const put = (name, content) => {
    writeFileSync(join(out, `${name}.bin`), content);
    arrays.push(`constexpr unsigned char ${name}[] = {  // ${hash}\n#embed "${name}.bin"\n};`);
    return `view(${name})`;
  };
  const plain = put(`kFile${i}`, bytes.length > 0 ? bytes : ' ');
  const small = zipped.length < 0.9 * bytes.length ? put(`kFile${i}Gzip`, zipped) : '{}';
  rows.push(`    {"${path}", "${type}", "${hash}", ${plain}, ${small}},`);
});

// The hashes are there for caches of compilers too, which do not look into embedded files.
writeFileSync(
  join(out, 'page.cpp'),
  `// Made by tools/embed_page.mjs.
#include <array>
#include <cstddef>

#include "station/page.hpp"

namespace archipelago::station {
namespace {

${arrays.join('\n')}

template <std::size_t size>
std::string_view view(unsigned char const (&bytes)[size]) {
  return {reinterpret_cast<char const*>(bytes), size};
}

}  // namespace

std::span<Asset const> built_in_page() noexcept {
  static std::array<Asset, ${rows.length}> const assets{{
${rows.join('\n')}
  }};
  return assets;
}

}  // namespace archipelago::station
`,
);
