// `archipelago swarm` against `archipelago serve`: honest players, a report whose counts add up, a status to rely on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { BINARY, launch, Realm } from './lib/realm.mjs';
import { until } from './lib/wait.mjs';

const swarm = (realm, args) => launch(['swarm', '--realm', realm.url, '--report', 'json', ...args]);

/** Runs it to its end and gives its exit status and its report. */
async function report(realm, args) {
  const { code, stdout, stderr } = await swarm(realm, args).exited;
  assert.match(stdout, /^\{.*\}\n$/, stderr);
  return { code, ...JSON.parse(stdout) };
}

for (const protocol of ['bff', 'ws'])
  test(`fifty players over ${protocol} all come in, stay, and hear each other`, async () => {
    await Realm.during({}, async (realm) => {
      const peers = 50;
      const run = await report(realm, [
        ...['--peers', `${peers}`, '--world', 'crowd', '--mobility', 'walk', '--login-rate', '50'],
        ...['--protocol', protocol, '--duration', '14', '--chat', '--positions', '1', '--threads', '2'],
      ]);
      assert.deepEqual(run.unexpected, []);
      assert.equal(run.code, 0);
      assert.deepEqual(run.end, { wanted: peers, online: peers, on_island: peers, in_room: peers, missing: 0 });
      assert.equal(run.logins, peers);
      assert.equal(run.login_ms.count, peers);
      assert.equal(run.first_islands, peers);
      assert.equal(run.first_island_ms.count, peers);
      assert.ok(run.room_joins >= peers);
      assert.ok(run.chat.sent >= peers, `each has spoken: ${run.chat.sent}`);
      assert.ok(run.chat.delivered >= run.chat.sent * (peers / 2), `nearly all are together: ${run.chat.delivered}`);
      assert.equal(run.chat.latency_ms.count, run.chat.delivered);
      assert.equal(run.chat.lost, 0);
      assert.equal(run.chat.doubled, 0);
      assert.ok(run.positions.delivered > run.chat.delivered);
      assert.equal(run.process.files_left, 0);
      await until(async () => (await realm.json('/comms/peers')).peers.length === 0, 'everybody to have left');
    });
  });

test('what a realm refuses is told by its reason, and the status is 1', async () => {
  await Realm.during({ args: ['--limits-waiting-per-address', '1'] }, async (realm) => {
    const run = await report(realm, ['--peers', '30', '--sources', '1', '--login-rate', '10000', '--duration', '4']);
    assert.equal(run.code, 1);
    assert.ok(run.unexpected.some((line) => line.startsWith('logins refused (')), JSON.stringify(run.unexpected));
  });
});

test('an interrupt ends it early, with the report', async () => {
  await Realm.during({}, async (realm) => {
    const { child, exited, output } = swarm(realm, ['--peers', '5', '--duration', '600']);
    await until(async () => (await realm.json('/comms/peers')).peers.length === 5, 'five players');
    child.kill('SIGINT');
    const { code } = await exited;
    const run = JSON.parse(output.stdout);
    assert.equal(run.interrupted, 1);
    assert.equal(run.logins, 5);
    assert.equal(code, 0, output.stdout);
  });
});

test('it sends nothing to another machine unless it is told to', async () => {
  const { code, stdout, stderr } = await launch(['swarm', '--realm', 'http://192.0.2.1:8000']).exited;
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^archipelago: .*--allow-remote/);
});

test('where the system allows too few open files, it says so and what to do', () => {
  const limited = ['-c', 'ulimit -n 200 && exec "$0" "$@"', BINARY, 'swarm', '--realm', 'http://127.0.0.1:1'];
  const { status, stdout, stderr } = spawnSync('sh', limited, { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^archipelago: 100 players need 364 open files, .* may have 200: .*ulimit -Hn/);
});
