// A running archipelago of one's own: started on a free port, awaited by its ready line, stopped by its own handle.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { within } from './wait.mjs';

/** The program under test. */
export const BINARY =
  process.env.ARCHIPELAGO_BIN ?? fileURLToPath(new URL('../../build/release/archipelago', import.meta.url));

/** Fast flushes keep the tests short; everything else is as shipped. */
const TEST_ENVIRONMENT = { ARCHIPELAGO_FLUSH_FREQUENCY: '0.1' };

/** For crowds that share one process: nobody is taken for gone while it computes. */
export const UNHURRIED = { ARCHIPELAGO_LIMITS_CUT_AFTER_MS: '60000' };

/** The bot of docs/CLIENT.md. */
export const BOT = fileURLToPath(new URL('examples/archipelago_bot', pathToFileURL(BINARY)));

/** Starts the program (or another) and gives its process with all it prints; does not wait. */
export function launch(args, env = {}, program = BINARY) {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...TEST_ENVIRONMENT, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (output.stdout += text));
  child.stderr.on('data', (text) => (output.stderr += text));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  exited.catch(() => {}); // whoever awaits it hears of a program that cannot be started
  return { child, output, exited };
}

export class Realm {
  tlsOptions = {};

  /**
   * Starts `archipelago serve` on a free port (or a given one) and waits for its ready line.
   * @param {{args?: string[], env?: Record<string, string>, port?: number}} [options]
   */
  static async start({ args = [], env = {}, port = 0 } = {}) {
    const realm = new Realm();
    const { child, output, exited } = launch(['serve', '--host', '127.0.0.1', '--port', String(port), ...args], env);
    Object.assign(realm, { child, output, exited });
    const lines = createInterface({ input: child.stdout });
    const ready = once(lines, 'line').then(([line]) => line);
    const died = exited.then(({ code, stderr }) => {
      throw new Error(`archipelago ended with ${code} before it was ready:\n${stderr}`);
    });
    died.catch(() => {});
    realm.readyLine = await within(Promise.race([ready, died]), 'the ready line');
    realm.url = /^archipelago ready on (https?:\/\/\S+)$/.exec(realm.readyLine)?.[1];
    if (!realm.url) throw new Error(`not a ready line: ${realm.readyLine}`);
    return realm;
  }

  /** Starts a realm, lends it to `act`, and stops it whatever happens. */
  static async during(options, act) {
    const realm = await Realm.start(options);
    try {
      await act(realm);
    } finally {
      await realm.stop();
    }
  }

  get port() {
    return Number(new URL(this.url).port);
  }

  /** A websocket address of this realm. */
  ws(path) {
    return this.url.replace(/^http/, 'ws') + path;
  }

  get(path, options = {}) {
    return fetch(this.url + path, options);
  }

  async json(path) {
    return (await this.get(path)).json();
  }

  /** Sum of all samples of a metric whose labels contain the given ones. */
  async metric(name, labels = {}) {
    const text = await (await this.get('/metrics')).text();
    return sumOfSamples(text, name, labels);
  }

  /** How often something was refused for this reason so far. */
  rejected(reason) {
    return this.metric('archipelago_rejected_total', { reason });
  }

  /** Asks the program to end and waits until it has. */
  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return within(this.exited, 'archipelago ends').catch((error) => {
      this.child.kill('SIGKILL');
      throw error;
    });
  }
}

/** Prometheus text: the sum over the samples of `name` that carry all of `labels`. */
export function sumOfSamples(text, name, labels) {
  let sum = 0;
  for (const line of text.split('\n')) {
    const sample = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!sample || sample[1] !== name) continue;
    const carries = Object.entries(labels).every(([key, value]) => sample[2]?.includes(`${key}="${value}"`));
    if (carries) sum += Number(sample[3]);
  }
  return sum;
}
