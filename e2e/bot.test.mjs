// The C++ client library's bot (examples/bot.cpp) meets players who use the official packages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { selfSigned } from './lib/certificate.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { BOT, Realm, launch } from './lib/realm.mjs';
import { RoomMember } from './lib/room.mjs';
import { until } from './lib/wait.mjs';
import { newWallet } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
let bot;
before(async () => {
  realm = await Realm.start();
  bot = launch([realm.url], {}, BOT);
});
after(async () => {
  bot?.child.kill();
  await realm?.stop();
});

test('The bot walks, greets an official client in their room, and answers its question', async () => {
  await until(async () => (await realm.json('/islands')).islands.length === 1, 'the bot is on an island');
  const wallet = await newWallet();
  const player = await DirectPlayer.login(realm, wallet);
  await player.stand(20, 0);
  const { connStr, peers } = await player.island();
  assert.equal(Object.keys(peers).length, 2);
  await until(async () => (await realm.json('/rooms/status')).users === 1, 'the bot is in its room');
  const seat = await RoomMember.enter(connStr, wallet);

  const greeting = await seat.hear('chat');
  assert.equal(greeting.message.chat.message, `hello, ${wallet.address}`);
  assert.equal(greeting.unreliable, false);
  const first = await seat.hear('position');
  const next = await seat.hear('position');
  assert.equal(first.unreliable, true);
  assert.ok(next.message.position.index > first.message.position.index);

  seat.tell({ $case: 'chat', chat: { message: 'who is there?', timestamp: 1 } });
  const answer = await seat.hear('chat');
  assert.equal(answer.message.chat.message, `you ask me, ${wallet.address}`);
  await Promise.all([seat.leave(), player.leave()]);
});

test('The bot comes back by itself, as the same player and to its room, when the realm was restarted', async () => {
  const before = await realm.json('/peers');
  const { port } = realm;
  await realm.stop();
  realm = await Realm.start({ args: ['--port', String(port)] });
  await until(async () => (await realm.json('/rooms/status')).users === 1, 'the bot is back');
  const { peers } = await realm.json('/peers');
  assert.equal(peers[0].address, before.peers[0].address);
});

test('The bot plays over TLS where it trusts the certificate, and nowhere else', async () => {
  const tls = selfSigned();
  const env = { ARCHIPELAGO_HTTP_TLS_CERTIFICATE: tls.certificate, ARCHIPELAGO_HTTP_TLS_KEY: tls.key };
  const safe = await Realm.start({ env });
  assert.match(safe.url, /^https:/);
  const bot = (trusted) => launch(['-oL', BOT, safe.url], trusted, 'stdbuf');
  const [stranger, friend] = [bot({}), bot({ SSL_CERT_FILE: tls.certificate })];
  await until(() => friend.output.stdout.includes('on I'), 'it is on an island');
  await until(() => stranger.output.stdout.includes('certificate verify failed'), 'the other one says why');
  for (const { child } of [stranger, friend]) child.kill();
  assert.equal((await safe.stop()).code, 0);
  tls.remove();
});
