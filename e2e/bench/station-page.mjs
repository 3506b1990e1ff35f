// How smoothly the station's page draws N walking players, and how soon it shows something. Headless, so with WebGL on the
// processor: `ours` is the time of the page's own code in a frame, which a graphics card does not change.
// Usage: node bench/station-page.mjs [players] [seconds]
import { performance } from 'node:perf_hooks';
import { Browser } from '../lib/browser.mjs';
import { MadeUpRealm } from '../lib/made-up-realm.mjs';

const [players = 10_000, seconds = 20] = process.argv.slice(2).map(Number);

/** In the page, before its own scripts: notes when frames come and how long the page works in each. */
function watch() {
  const frames = { at: [], ours: [] };
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (act) =>
    ask((at) => {
      const began = performance.now();
      act(at);
      frames.at.push(at);
      frames.ours.push(performance.now() - began);
    });
  window.benchFrames = frames;
  window.benchTasks = [];
  new PerformanceObserver((list) => window.benchTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    entryTypes: ['longtask'],
  });
}

const sorted = (values) => [...values].sort((a, b) => a - b);
const at = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
const line = (values) =>
  [['p50', 0.5], ['p90', 0.9], ['p99', 0.99], ['max', 1]].map(([name, share]) => `${name} ${at(values, share).toFixed(2)}`).join('  ');

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens `url`, waits until `ready`, lets `acting` act for the time of the measurement, and tells what was seen. */
async function measure(browser, url, ready, acting) {
  const context = await browser.inner.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  const began = performance.now();
  await page.goto(url);
  await ready(page);
  const told = performance.now() - began;
  await pause(3000);
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const work = async () => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  await page.evaluate(() => (window.benchFrames.at.length = window.benchFrames.ours.length = window.benchTasks.length = 0));
  const before = await work();
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) await acting(page);
  const after = await work();
  const seen = await page.evaluate(() => ({
    frames: window.benchFrames,
    long: window.benchTasks,
    paint: performance.getEntriesByType('paint').map(({ name, startTime }) => [name, startTime]),
  }));
  await context.close();
  const share = (name) => (100 * (after[name] - before[name])) / seconds;
  return { ...seen, told, script: share('ScriptDuration'), task: share('TaskDuration') };
}

function tell(name, { frames, long, paint, told, script, task }) {
  const steps = frames.at.slice(1).map((time, i) => time - frames.at[i]);
  const span = (frames.at.at(-1) - frames.at[0]) / 1000;
  const due = Math.round(span * 60);
  const dropped = Math.max(0, due - steps.length);
  console.log(`\n${name}`);
  console.log(`  ${paint.map(([what, ms]) => `${what} ${ms.toFixed(0)} ms`).join(', ')}, all there after ${told.toFixed(0)} ms`);
  console.log(`  frames              ${(steps.length / span).toFixed(1)} a second, ${dropped} of ${due} dropped (${((100 * dropped) / due).toFixed(0)} %)`);
  console.log(`  frame to frame, ms  ${line(steps)}`);
  console.log(`  ours in a frame, ms ${line(frames.ours)}`);
  console.log(`  main thread         ${task.toFixed(1)} % busy, of it scripts ${script.toFixed(1)} %; ${long.length} tasks over 50 ms, longest ${at(long, 1).toFixed(0)} ms`);
}

/** What the machine can do at best: a canvas of the same size with nothing on it. */
const empty = `data:text/html,<style>body{margin:0}canvas{width:100vw;height:100vh}</style><canvas width=1280 height=800></canvas><script>
const gl = document.querySelector('canvas').getContext('webgl2', { alpha: false, antialias: false });
const turn = (now) => { gl.clearColor(0, 0, (now % 1000) / 1000, 1); gl.clear(gl.COLOR_BUFFER_BIT); requestAnimationFrame(turn); };
requestAnimationFrame(turn);</script>`;

const counted = (page) => page.locator('.great-figure dd').first().filter({ hasText: /[1-9]/ }).waitFor();
const rest = () => pause(200);
async function zoom(page) {
  await page.mouse.move(450, 400);
  await page.mouse.wheel(0, Math.sin(Date.now() / 700) * 60);
  await pause(16);
}

const made = await MadeUpRealm.start({ players });
const browser = await Browser.start();
try {
  tell('an empty canvas: what this machine can do at best', await measure(browser, empty, () => {}, rest));
  tell(`${players} players walking, everybody in sight`, await measure(browser, made.url, counted, rest));
  tell('the same while zooming', await measure(browser, made.url, counted, zoom));
} finally {
  await browser.stop();
  made.stop();
}
