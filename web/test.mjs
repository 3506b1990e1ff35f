// Runs src/**/*.test.mjs with node's own test runner: bundled first, as they import TypeScript. Arguments: parts of file names.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);

async function testsIn(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await testsIn(path)));
    else if (/\.test\.mjs$/.test(path) && (wanted.length === 0 || wanted.some((part) => path.includes(part)))) found.push(path);
  }
  return found;
}

const target = await mkdtemp(join(tmpdir(), 'station-test-'));
try {
  await esbuild.build({
    absWorkingDir: here,
    entryPoints: await testsIn(join(here, 'src')),
    outdir: target,
    outbase: join(here, 'src'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    sourcemap: 'inline',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    define: { 'import.meta.dirname': JSON.stringify(here) },
    alias: { '@dcl/schemas': './src/visit/schemas-slim.ts' },
    logLevel: 'warning',
  });
  const files = (await readdir(target, { recursive: true })).filter((name) => name.endsWith('.test.mjs'));
  const { status } = spawnSync(process.execPath, ['--test', ...files.map((name) => join(target, name))], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  await rm(target, { recursive: true, force: true });
}
