// A real LiveKit server (tools/livekit_server.sh), and two official clients that meet there with our connection strings.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DirectPlayer } from './lib/direct.mjs';
import { KEY, SECRET, environment, parsed } from './lib/livekit.mjs';
import { Realm } from './lib/realm.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet } from './lib/wallet.mjs';

const PATIENCE_MS = 20_000;
const folder = fileURLToPath(new URL('../build/livekit', import.meta.url));
const program =
  process.env.LIVEKIT_SERVER ??
  (existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('livekit-server-')) : [])
    .map((name) => `${folder}/${name}`)
    .sort()
    .at(-1);
const skip = program ? false : 'no LiveKit server here (tools/livekit_server.sh builds one where there is go)';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A LiveKit server on loopback that answers. */
async function startLiveKit() {
  const [port, tcp, udp] = [await freePort(), await freePort(), await freePort()];
  const config = {
    port,
    bind_addresses: ['127.0.0.1'],
    keys: { [KEY]: SECRET },
    rtc: { tcp_port: tcp, udp_port: udp, use_external_ip: false, node_ip: '127.0.0.1', enable_loopback_candidate: true },
    logging: { level: 'info' },
  };
  const child = spawn(program, ['--config-body', JSON.stringify(config)], { stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const server = { url: `ws://127.0.0.1:${port}`, log: '', child };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (server.log += text));
  const well = async () => {
    if (child.exitCode !== null) throw new Error(`the LiveKit server ended:\n${server.log}`);
    return (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))?.ok;
  };
  await until(well, 'the LiveKit server answers', PATIENCE_MS);
  return server;
}

async function stopLiveKit(server) {
  const ended = once(server.child, 'close');
  server.child.kill('SIGTERM');
  await within(ended, 'the LiveKit server ends', 5_000).catch(() => server.child.kill('SIGKILL'));
}

/** An official client that enters the room of a connection string. */
async function enter(rtc, connectionString) {
  const { url, token } = parsed(connectionString);
  const room = new rtc.Room();
  const heard = [];
  room.on(rtc.RoomEvent.DataReceived, (payload, from) => heard.push({ text: Buffer.from(payload).toString(), from: from?.identity }));
  await within(room.connect(url, token, { autoSubscribe: true, dynacast: false }), 'a client connects', PATIENCE_MS);
  return { room, heard, says: (text, reliable = true) => room.localParticipant.publishData(Buffer.from(text), { reliable }) };
}

test('Two players of an island meet on a real LiveKit server and hear each other', { skip, timeout: 120_000 }, async () => {
  process.env.NODE_ENV ??= 'production'; // says less
  const rtc = await import('@livekit/rtc-node');
  const server = await startLiveKit();
  try {
    await Realm.during({ env: environment(server.url), args: ['--livekit-check-ms', '100'] }, async (realm) => {
      const players = [];
      for (const x of [0, 3]) {
        const player = await DirectPlayer.login(realm, await newWallet());
        await player.stand(x, 0);
        players.push(Object.assign(player, { told: await player.island() }));
      }
      const [one, two] = players;
      assert.equal(one.told.islandId, two.told.islandId);

      const guests = [await enter(rtc, one.told.connStr), await enter(rtc, two.told.connStr)];
      assert.deepEqual(guests.map(({ room }) => room.name), [one.told.islandId, one.told.islandId]);
      assert.deepEqual(guests.map(({ room }) => room.localParticipant.identity), [one.address, two.address]);
      await until(() => guests.every(({ room }) => room.remoteParticipants.size === 1), 'they see each other', PATIENCE_MS);

      await guests[0].says('hello from one');
      await guests[1].says('hello from two');
      await until(() => guests.every(({ heard }) => heard.length === 1), 'they hear each other', PATIENCE_MS);
      assert.deepEqual(guests[1].heard, [{ text: 'hello from one', from: one.address }]);
      assert.deepEqual(guests[0].heard, [{ text: 'hello from two', from: two.address }]);
      await until(async () => {
        await guests[0].says('position', false); // unreliable: said again until heard
        return guests[1].heard.some(({ text }) => text === 'position');
      }, 'an unreliable packet arrives', PATIENCE_MS);

      assert.equal(await realm.metric('archipelago_livekit_hosts_failed'), 0, 'a real server passes the health check');
      for (const { room } of guests) await room.disconnect();
      for (const player of players) await player.leave();
    });
  } finally {
    await stopLiveKit(server);
    await rtc.dispose?.();
  }
});

test('A token that was made with another secret opens nothing', { skip, timeout: 120_000 }, async () => {
  const server = await startLiveKit();
  try {
    await Realm.during({ env: { ...environment(server.url), LIVEKIT_API_SECRET: 'another-secret-of-thirty-two-char' } }, async (realm) => {
      const player = await DirectPlayer.login(realm, await newWallet());
      await player.stand(0, 0);
      const { url, token } = parsed((await player.island()).connStr);
      const answer = await fetch(`${url.replace('ws', 'http')}/rtc/validate?access_token=${token}`);
      assert.equal(answer.status, 401);
      await player.leave();
    });
  } finally {
    await stopLiveKit(server);
  }
});
