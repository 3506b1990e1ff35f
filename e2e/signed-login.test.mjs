// POST /signed-login with requests that the official library signs, as explorers do.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FakeHost, claims, environment } from './lib/livekit.mjs';
import { BOT, Realm, launch } from './lib/realm.mjs';
import { RoomMember } from './lib/room.mjs';
import { until } from './lib/wait.mjs';
import { newWallet } from './lib/wallet.mjs';

const HANDSHAKE = { intent: 'dcl:explorer:comms-handshake', signer: 'dcl:explorer', isGuest: false };

/** The headers of a signed fetch, made of the official library's chain. */
function signedHeaders(wallet, { method = 'POST', path = '/signed-login', metadata = HANDSHAKE, at = Date.now() } = {}) {
  const text = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
  const chain = wallet.sign(`${method}:${path}:${at}:${text}`.toLowerCase());
  return {
    ...Object.fromEntries(chain.map((link, i) => [`X-Identity-Auth-Chain-${i}`, JSON.stringify(link)])),
    'X-Identity-Timestamp': String(at),
    'X-Identity-Metadata': text,
  };
}

async function login(realm, headers, options = {}) {
  const response = await realm.get('/signed-login', { method: 'POST', headers, ...options });
  return { status: response.status, headers: response.headers, ...(await response.json()) };
}

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start({ env: { COMMS_MODE: 'signed-login' } })));
after(() => realm?.stop());

test('/about leads to the signed login and offers nothing else', async () => {
  const { comms, ...about } = await realm.json('/about');
  assert.equal(comms.fixedAdapter, `signed-login:${realm.url}/signed-login`);
  assert.equal(comms.adapter, `fixed-adapter:signed-login:${realm.url}/signed-login`);
  assert.equal('bff' in about, false);
  assert.equal(about.healthy, true);
  assert.equal(about.acceptingUsers, true);
});

test('Whoever signs gets a connection string of their own, and all meet in one room', async () => {
  const wallets = [await newWallet(), await newWallet()];
  const members = [];
  for (const wallet of wallets) {
    const answer = await login(realm, signedHeaders(wallet), { body: 'whatever' });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type'), /^application\/json/);
    assert.match(answer.fixedAdapter, /^ws-room:ws:\/\/127\.0\.0\.1:\d+\/rooms\/lobby\?access_token=/);
    members.push(await RoomMember.enter(answer.fixedAdapter, wallet));
  }
  const body = members[1].tell({ $case: 'chat', chat: { message: 'hello', timestamp: 1 } });
  assert.deepEqual((await members[0].hear('chat')).body, body);
  assert.equal((await realm.json('/about')).comms.usersCount, 2);
  assert.equal(await realm.metric('archipelago_signed_logins_total'), 2);
  for (const member of members) await member.leave();
});

test('A string is of use to its player alone, and a request that is played again to nobody else', async () => {
  const headers = signedHeaders(await newWallet());
  const first = await login(realm, headers);
  const again = await login(realm, headers);
  assert.equal(again.status, 200);
  for (const { fixedAdapter } of [first, again])
    await assert.rejects(RoomMember.enter(fixedAdapter, await newWallet()));
});

for (const [what, change, status, message] of [
  ['without headers', () => ({}), 400, /^Invalid Auth Chain$/],
  ['with a link that is no JSON', (h) => ({ ...h, 'X-Identity-Auth-Chain-1': '{' }), 400, /^Invalid chain format: /],
  ['with a timestamp that is no number', (h) => ({ ...h, 'X-Identity-Timestamp': 'abc' }), 400, /^Invalid chain timestamp: abc$/],
  ['with metadata that is no JSON', (h) => ({ ...h, 'X-Identity-Metadata': '{' }), 400, /^Invalid chain metadata: "\{"$/],
  ['with other metadata', (h) => ({ ...h, 'X-Identity-Metadata': '{}' }), 401, /^Invalid signature: ERROR: Invalid final authority\. /],
  ['for another path', (_, w) => signedHeaders(w, { path: '/elsewhere' }), 401, /^Invalid signature: /],
  ['for another method', (_, w) => signedHeaders(w, { method: 'GET' }), 401, /^Invalid signature: /],
  ['that is a minute old', (_, w) => signedHeaders(w, { at: Date.now() - 61_000 }), 401, /^Expired signature: signature timestamp: \d+, timestamp expiration: \d+, local timestamp: \d+$/],
  ['from the future', (_, w) => signedHeaders(w, { at: Date.now() + 120_000 }), 401, /future/],
  ['by a scene', (_, w) => signedHeaders(w, { metadata: { ...HANDSHAKE, signer: 'decentraland-kernel-scene' } }), 403, /^Access denied, invalid metadata$/],
  ['for something else', (_, w) => signedHeaders(w, { metadata: { ...HANDSHAKE, intent: 'dcl:explorer:vote' } }), 403, /^Access denied, invalid metadata$/],
  ['without metadata', (_, w) => signedHeaders(w, { metadata: '' }), 403, /^Access denied, invalid metadata$/],
])
  test(`A request ${what} is refused with ${status}`, async () => {
    const wallet = await newWallet();
    const answer = await login(realm, change(signedHeaders(wallet), wallet));
    assert.equal(answer.status, status);
    assert.equal(answer.ok, false);
    assert.match(answer.message, message);
    assert.equal(answer.fixedAdapter, undefined);
  });

test('What a client writes into its metadata is in no log', async () => {
  await Realm.during({ args: ['--log-level', 'debug'] }, async (other) => {
    const metadata = { ...HANDSHAKE, secret: 'open-sesame' };
    assert.equal((await login(other, signedHeaders(await newWallet(), { metadata }))).status, 200);
    const forged = signedHeaders(await newWallet(), { metadata, path: '/elsewhere' });
    assert.equal((await login(other, forged)).status, 401);
    await other.stop();
    assert.ok(other.output.stderr.includes('challenge_mismatch'));
    assert.ok(!other.output.stderr.includes('open-sesame'));
  });
});

test('A chain that somebody else signed is refused', async () => {
  const headers = signedHeaders(await newWallet());
  const other = signedHeaders(await newWallet());
  const answer = await login(realm, { ...headers, 'X-Identity-Auth-Chain-0': other['X-Identity-Auth-Chain-0'] });
  assert.equal(answer.status, 401);
  assert.match(answer.message, /^Invalid signature: /);
});

test('A browser may ask first', async () => {
  const response = await realm.get('/signed-login', {
    method: 'OPTIONS',
    headers: {
      Origin: 'https://play.example.org',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'x-identity-auth-chain-0,x-identity-timestamp,x-identity-metadata',
    },
  });
  assert.equal(response.status, 204);
  assert.ok(response.headers.get('access-control-allow-origin'));
  assert.match(response.headers.get('access-control-allow-methods'), /POST/);
  assert.match(response.headers.get('access-control-allow-headers'), /x-identity-auth-chain-0/);
});

test('The deny list holds here, too', async () => {
  const wallet = await newWallet();
  const folder = mkdtempSync(join(tmpdir(), 'archipelago-'));
  try {
    writeFileSync(`${folder}/deny`, `${wallet.address}\n`);
    await Realm.during({ args: ['--bans-file', `${folder}/deny`] }, async (strict) => {
      const answer = await login(strict, signedHeaders(wallet));
      assert.equal(answer.status, 403);
      assert.equal(await strict.rejected('banned'), 1);
      assert.equal((await login(strict, signedHeaders(await newWallet()))).status, 200);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('A full realm says so, and its /about too', () =>
  Realm.during({ env: { COMMS_MODE: 'signed-login', MAX_USERS: '1' } }, async (small) => {
    const wallet = await newWallet();
    const member = await RoomMember.enter((await login(small, signedHeaders(wallet))).fixedAdapter, wallet);
    const refused = await login(small, signedHeaders(await newWallet()));
    assert.equal(refused.status, 503);
    assert.equal(refused.message, 'realm_full');
    assert.equal((await small.json('/about')).acceptingUsers, false);
    await member.leave();
    await until(async () => (await small.json('/about')).acceptingUsers, 'there is room again');
  }));

test('Behind a public URL with a path the path that clients see is what they sign', () =>
  Realm.during({ args: ['--public-url', 'https://realm.example.org/world'], env: { COMMS_MODE: 'signed-login' } }, async (other) => {
    const { comms } = await other.json('/about');
    assert.equal(comms.fixedAdapter, 'signed-login:https://realm.example.org/world/signed-login');
    for (const path of ['/world/signed-login', '/signed-login'])
      assert.equal((await login(other, signedHeaders(await newWallet(), { path }))).status, 200);
  }));

test('The C++ client library signs in, too, and meets an official client', async () => {
  const bot = launch([realm.url], {}, BOT);
  try {
    await until(async () => (await realm.json('/rooms/status')).users === 1, 'the bot is in the room');
    const wallet = await newWallet();
    const { fixedAdapter } = await login(realm, signedHeaders(wallet));
    const member = await RoomMember.enter(fixedAdapter, wallet);
    assert.equal((await member.hear('chat')).message.chat.message, `hello, ${wallet.address}`);
    await member.leave();
  } finally {
    bot.child.kill();
    await bot.exited;
  }
});

test('`archipelago check` signs in and walks the room', async () => {
  const { code, stdout } = await launch(['check', realm.url]).exited;
  assert.equal(code, 0, stdout);
  assert.match(stdout, /ok .* room: A enters /);
  assert.match(stdout, /ok .* room: chat A to B /);
  assert.match(stdout, /ok .* room: B leaves /);
});

test('With LiveKit the room is there', async () => {
  const host = await FakeHost.start();
  try {
    await Realm.during({ env: { COMMS_MODE: 'signed-login', ...environment(host.url) }, args: ['--comms-room', 'plaza'] }, async (other) => {
      const wallet = await newWallet();
      const { fixedAdapter } = await login(other, signedHeaders(wallet));
      const { video, sub } = await claims(fixedAdapter);
      assert.equal(video.room, 'plaza');
      assert.equal(sub, wallet.address);
      const check = await launch(['check', other.url]).exited;
      assert.equal(check.code, 0, check.stdout);
      assert.match(check.stdout, /a backend that is not ours to walk/);
    });
  } finally {
    host.stop();
  }
});

test('A realm with a fixed adapter says so; without one it does not start', async () => {
  const adapter = 'ws-room:wss://rooms.example.org/rooms/plaza';
  await Realm.during({ env: { COMMS_MODE: 'fixed-adapter', COMMS_ADAPTER: adapter } }, async (fixed) => {
    const about = await fixed.json('/about');
    assert.equal(about.comms.fixedAdapter, adapter);
    assert.equal(about.comms.adapter, `fixed-adapter:${adapter}`);
    assert.equal('bff' in about, false);
  });
  await Realm.during({ args: ['--comms-mode', 'offline'] }, async (offline) => {
    assert.equal((await offline.json('/about')).comms.adapter, 'offline:offline');
  });
  const refused = await launch(['serve', '--port', '0'], { COMMS_MODE: 'fixed-adapter' }).exited;
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^[^\n]*comms\.mode = fixed-adapter[^\n]*comms\.adapter[^\n]*\n$/);
});
