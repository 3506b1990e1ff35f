// build_page.mjs WEB NPM: web/node_modules and web/dist, each made only when it is older than what it is made of, whichever
// build folder asks.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const [web, npm] = process.argv.slice(2);
const age = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
const at = (...names) => names.map((name) => join(web, name));

function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { cwd: web, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error ?? `exit status ${status}`}`);
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const [installed, lock, dist] = at('node_modules/.package-lock.json', 'package-lock.json', 'dist/index.html');
if (age(installed) <= age(lock)) {
  run(npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
  utimesSync(installed, new Date(), new Date());
}
const madeOf = [...sources(join(web, 'src')).filter((file) => !file.endsWith('.test.mjs')), installed];
madeOf.push(...at('build.mjs', 'package.json', 'tsconfig.json'), process.argv[1]);
if (age(dist) <= Math.max(...madeOf.map(age))) run(process.execPath, 'build.mjs');
