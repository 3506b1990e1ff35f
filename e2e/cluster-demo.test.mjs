// `./dev cluster`: a realm of several processes with players in it, and nothing of it left afterwards.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { describe, test } from 'node:test';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WITHOUT_NATS } from './lib/nats-server.mjs';
import { BINARY, launch } from './lib/realm.mjs';
import { until } from './lib/wait.mjs';

const SCRIPT = fileURLToPath(new URL('../tools/cluster.py', import.meta.url));
const FINE = (peers) => `cluster: ${peers} of ${peers} players in their rooms in the end, 0 unexpected, every process ended by itself`;

const demo = (args) => launch(['-B', SCRIPT, dirname(BINARY), '--program', BINARY, ...args], {}, 'python3');
const linesOf = (text) => text.trimEnd().split('\n');

const refuses = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(socket.destroy() && false));
    socket.once('error', () => resolve(true));
  });

/** Whatever is told of where it was: nobody listens there, and no process was told to go there. */
async function nothingIsLeft(stdout) {
  const ports = [...stdout.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  assert.ok(ports.length >= 9, stdout);
  for (const port of ports) assert.ok(await refuses(port), `${port} still listens`);
  const [nats] = /nats:\/\/127\.0\.0\.1:\d+/.exec(stdout);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const command = await commandOf(pid);
    assert.ok(!command.includes(nats), `${pid} is left: ${command}`);
  }
}

async function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has just ended
  }
}

describe('the demonstration of a cluster', { skip: WITHOUT_NATS }, () => {
  test('Twenty players are served by two gateways, and everything ends by itself', async () => {
    const { code, stdout, stderr } = await demo(['--seconds', '8', '--peers', '20']).exited;
    const lines = linesOf(stdout);
    assert.equal(lines.at(-1), FINE(20), stderr);
    assert.equal(code, 0);
    const seconds = lines.filter((line) => /^ +\d+ s  players/.test(line));
    assert.ok(seconds.length >= 6, stdout);
    assert.ok(seconds.some((line) => /players 10 10 \| core-[12] leads, epoch [1-9]\d+, 20 on \d+ islands/.test(line)), stdout);
    assert.ok(seconds.some((line) => /rooms\/members (\d+)\/(\d+) (\d+)\/(\d+)/.test(line)), stdout);
    await nothingIsLeft(stdout);
  });

  test('A killed leader is followed by the other core, and nobody is lost', async () => {
    const { code, stdout, stderr } = await demo(['--seconds', '12', '--peers', '20', '--kill', 'leader', '4']).exited;
    const lines = linesOf(stdout);
    assert.match(stdout, /core-[12] killed\n/);
    assert.match(stdout, /core-[12] started again\n/);
    const leaders = new Set(lines.flatMap((line) => /(core-[12]) leads/.exec(line)?.[1] ?? []));
    assert.deepEqual([...leaders].sort(), ['core-1', 'core-2']);
    assert.equal(lines.at(-1), FINE(20), stderr);
    assert.equal(code, 0);
    await nothingIsLeft(stdout);
  });

  test('Ctrl-C ends all of it', async () => {
    const { child, exited, output } = demo(['--peers', '4']);
    await until(() => /^ +3 s/m.test(output.stdout), 'the third second');
    child.kill('SIGINT');
    const { stdout } = await exited;
    assert.match(linesOf(stdout).at(-1), /^cluster: 4 of 4 players .*every process ended by itself$/);
    await nothingIsLeft(stdout);
  });
});
