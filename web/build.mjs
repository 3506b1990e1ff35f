// web/src -> web/dist: index.html and assets/* with the hash of their content in the name. `--watch` builds on every change.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [source, target] = [here('src'), here('dist')];

/** index.html with the names that the entry's script and style sheet got. */
const page = {
  name: 'page',
  setup(build) {
    build.onEnd(async ({ metafile, errors }) => {
      if (errors.length > 0) return;
      const outputs = Object.entries(metafile.outputs);
      const [script, { cssBundle }] = outputs.find(([, { entryPoint }]) => entryPoint?.endsWith('src/main.tsx'));
      const html = (await readFile(`${source}/index.html`, 'utf8'))
        .replace('%STYLE%', `/assets/${basename(cssBundle)}`)
        .replace('%SCRIPT%', `/assets/${basename(script)}`);
      await writeFile(`${target}/index.html`, html);
      for (const [name, { bytes }] of outputs) console.log(`${relative(target, here(name))} ${bytes}`);
    });
  },
};

const options = {
  absWorkingDir: here('.'),
  entryPoints: ['src/main.tsx'],
  outdir: 'dist/assets',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  legalComments: 'none',
  metafile: true,
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  alias: { '@dcl/schemas': './src/visit/schemas-slim.ts' },
  plugins: [page],
};

await rm(target, { recursive: true, force: true });
await mkdir(`${target}/assets`, { recursive: true });
if (process.argv.includes('--watch')) await (await esbuild.context(options)).watch();
else await esbuild.build(options);
