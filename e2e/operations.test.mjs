// What an operator sees: about, health, CORS, TLS, configuration, start and end.
import assert from 'node:assert/strict';
import https from 'node:https';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { AboutResponse } from '@dcl/protocol/out-js/decentraland/bff/http_endpoints.gen.js';
import { BffPlayer } from './lib/bff.mjs';
import { selfSigned } from './lib/certificate.mjs';
import { upgradeStatus } from './lib/dial.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { Realm, launch } from './lib/realm.mjs';
import { endsWith } from './lib/reasons.mjs';
import { RoomMember } from './lib/room.mjs';
import { until, within } from './lib/wait.mjs';
import { newWallet, newWallets } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
before(async () => (realm = await Realm.start()));
after(() => realm?.stop());

test('One line on stdout says where the realm is', () => {
  assert.match(realm.output.stdout, /^archipelago ready on http:\/\/127\.0\.0\.1:\d+\n$/);
});

test('GET /about is what the official type reads, with the keys that clients look for', async () => {
  const response = await realm.get('/about');
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^application\/json/);
  const about = await response.json();
  const official = AboutResponse.fromJSON(about);
  assert.equal(official.healthy, true);
  assert.equal(official.acceptingUsers, true);
  assert.equal(official.comms.protocol, 'v3');
  assert.equal(official.comms.usersCount, 0);
  assert.equal(official.bff.healthy, true);
  assert.equal(typeof official.bff.userCount, 'number');
  assert.match(official.configurations.realmName, /^[A-Za-z]+$/);
  assert.equal(official.configurations.networkId, 1);
  for (const part of [official.content, official.lambdas]) assert.match(part.publicUrl, /^https?:\/\//);
  assert.equal(about.comms.adapter, `archipelago:archipelago:${realm.ws('/archipelago/ws')}`);
  assert.equal('fixedAdapter' in about.comms, false);
});

test('--public-url is where /about and connection strings lead', () =>
  Realm.during({ args: ['--public-url', 'https://realm.example.org'] }, async (other) => {
    const about = await other.json('/about');
    assert.equal(about.comms.adapter, 'archipelago:archipelago:wss://realm.example.org/archipelago/ws');
    const player = await DirectPlayer.login(other, await newWallet());
    await player.stand(0, 0);
    assert.match((await player.island()).connStr, /^ws-room:wss:\/\/realm\.example\.org\/rooms\/[^/?]+\?access_token=/);
  }));

test('Every path of the protocols answers, with the subprotocol that was offered first', async () => {
  for (const path of ['/rpc', '/bff/rpc'])
    await (await BffPlayer.login(realm, await newWallet(), { url: realm.ws(path) })).leave();
  for (const path of ['/ws', '/archipelago/ws'])
    for (const subprotocols of [['archipelago'], ['other', 'archipelago'], []]) {
      const player = await DirectPlayer.login(realm, await newWallet(), {
        url: realm.ws(path),
        subprotocols,
      });
      assert.equal(player.connection.line.socket.protocol, subprotocols[0] ?? '');
      await player.leave();
    }
  assert.equal(await upgradeStatus(realm.ws('/nowhere')), 404);
});

test('Health and status answer in the known shapes', async () => {
  const live = await realm.get('/health/live');
  assert.deepEqual([live.status, await live.text()], [200, 'alive']);
  const ready = await realm.get('/health/ready');
  assert.equal(ready.status, 200);
  assert.match(ready.headers.get('content-type'), /^application\/health\+json/);
  assert.equal((await ready.json()).status, 'pass');
  const status = await realm.json('/status');
  assert.ok(Math.abs(status.currentTime - Date.now()) < 60_000);
  assert.equal(typeof status.version, 'string');
  assert.equal(typeof status.commitHash, 'string');
  const core = await realm.json('/core-status');
  assert.equal(core.healthy, true);
  assert.equal(typeof core.userCount, 'number');
  const missing = await realm.get('/no/such/thing');
  assert.equal(missing.status, 404);
  await missing.text();
});

test('Another method than the documented one is answered with 405', async () => {
  const response = await realm.get('/about', { method: 'DELETE' });
  assert.equal(response.status, 405);
  await response.text();
});

test('Browsers may ask from anywhere', async () => {
  const simple = await realm.get('/about', { headers: { origin: 'https://play.example.org' } });
  assert.ok(['*', 'https://play.example.org'].includes(simple.headers.get('access-control-allow-origin')));
  await simple.text();
  const headers = {
    origin: 'https://play.example.org',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'x-identity-auth-chain-0,x-identity-timestamp',
  };
  const preflight = await realm.get('/about', { method: 'OPTIONS', headers });
  assert.ok([200, 204].includes(preflight.status));
  assert.ok(preflight.headers.get('access-control-allow-origin'));
  assert.match(preflight.headers.get('access-control-allow-headers'), /x-identity-auth-chain-0/);
  assert.match(preflight.headers.get('access-control-allow-methods'), /GET/);
});

test('/metrics is Prometheus text and counts players', async () => {
  const player = await BffPlayer.login(realm, await newWallet());
  assert.equal(await realm.metric('archipelago_sessions'), 1);
  assert.ok((await realm.metric('archipelago_logins_total')) >= 1);
  await player.leave();
  await until(async () => (await realm.metric('archipelago_sessions')) === 0, 'nobody is logged in');
  const text = await (await realm.get('/metrics')).text();
  for (const line of text.trim().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) .+|[a-zA-Z_:][\w:]*(\{.*\})? [-+\d.eInfNa]+)$/);
});

test('With a certificate and a key everything speaks TLS', async () => {
  const tls = selfSigned();
  const env = { ARCHIPELAGO_HTTP_TLS_CERTIFICATE: tls.certificate, ARCHIPELAGO_HTTP_TLS_KEY: tls.key };
  const safe = await Realm.start({ env });
  safe.tlsOptions = { ca: tls.ca };
  assert.match(safe.url, /^https:/);
  const body = new Promise((resolve, reject) => {
    const read = (response) => response.setEncoding('utf8').on('data', (text) => resolve(JSON.parse(text)));
    https.get(`${safe.url}/about`, { ca: tls.ca, agent: false }, read).on('error', reject);
  });
  assert.match((await within(body, '/about')).comms.adapter, /^archipelago:archipelago:wss:/);
  const wallets = await newWallets(2);
  const [anna, bert] = [await BffPlayer.login(safe, wallets[0]), await DirectPlayer.login(safe, wallets[1])];
  await anna.stand(0, 0);
  const socket = safe.tlsOptions;
  const annaSeat = await RoomMember.enter((await anna.island()).connStr, wallets[0], { socket });
  await bert.stand(0, 0);
  const bertSeat = await RoomMember.enter((await bert.island()).connStr, wallets[1], { socket });
  annaSeat.tell({ $case: 'chat', chat: { message: 'in private', timestamp: 0 } });
  assert.equal((await bertSeat.hear('chat')).message.chat.message, 'in private');
  const { code } = await safe.stop();
  assert.equal(code, 0);
  tls.remove();
});

for (const signal of ['SIGTERM', 'SIGINT'])
  test(`${signal} closes every connection with 1001 and ends the program with status 0`, async () => {
    const short = await Realm.start();
    const wallets = await newWallets(2);
    const [anna, bert] = [await BffPlayer.login(short, wallets[0]), await DirectPlayer.login(short, wallets[1])];
    await bert.stand(0, 0);
    const seat = await RoomMember.enter((await bert.island()).connStr, wallets[1]);
    const ended = short.stop(signal);
    for (const { closed } of [anna, bert, seat]) await endsWith(closed, 'shutting_down');
    const { code, signal: killedBy, stdout } = await ended;
    assert.deepEqual([code, killedBy], [0, null]);
    assert.equal(stdout.trim().split('\n').length, 1, 'logs go to stderr');
  });

test('A second signal ends the program at once, whoever still has to be waited for', async () => {
  const slow = await Realm.start();
  const socket = connect(slow.port, '127.0.0.1');
  const frames = new Promise((resolve) => {
    let text = '';
    socket.on('data', (bytes) => (text += bytes.toString('latin1')) && text.includes('shutting_down') && resolve());
  });
  socket.on('error', () => {});
  const upgraded = new Promise((resolve) => socket.once('data', resolve));
  socket.write(
    'GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await within(upgraded, 'the upgrade');
  const ended = slow.stop();
  await within(frames, 'the close frame, which is not answered');
  slow.child.kill('SIGTERM');
  const { signal } = await ended;
  assert.equal(signal, 'SIGTERM', 'ended by the signal itself');
  socket.destroy();
});

test('A restarted realm gives no island an id that was used before', async () => {
  const ids = [];
  for (let run = 0; run < 3; run += 1) {
    await Realm.during({}, async (short) => {
      const player = await DirectPlayer.login(short, await newWallet());
      await player.stand(0, 0);
      ids.push((await player.island()).islandId);
    });
  }
  assert.equal(new Set(ids).size, 3, ids.join(' '));
});

const wrong = [
  ['a port that is none', ['--port', '70000'], {}, [/port/, /70000/, /65535/]],
  ['a port that is no number', ['--port', 'http'], {}, [/port/, /http/, /65535/]],
  ['a distance below zero', ['--join', '-5'], {}, [/join/, /-5/]],
  ['a leave distance below the join distance', ['--join', '80', '--leave', '64'], {}, [/leave/, /64/]],
  ['an environment value', [], { HANDSHAKE_TIMEOUT: 'soon' }, [/handshake_timeout/i, /soon/]],
  ['a flush frequency of zero', [], { ARCHIPELAGO_FLUSH_FREQUENCY: '0' }, [/flush/i, /\b0\b/]],
  [
    'a file that does not exist',
    ['--config', '/nonexistent/archipelago.toml'],
    {},
    [/\/nonexistent\/archipelago\.toml/],
  ],
  ['a certificate without a key', [], { ARCHIPELAGO_HTTP_TLS_CERTIFICATE: '/nonexistent.pem' }, [/tls/i]],
];
for (const [claim, args, env, parts] of wrong)
  test(`${claim} stops the start with one line that names option, value and range`, async () => {
    const { exited } = launch(['serve', ...args], { HTTP_SERVER_PORT: '0', ...env });
    const { code, stdout, stderr } = await within(exited, 'the program ends');
    assert.notEqual(code, 0);
    assert.equal(stdout, '');
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    for (const part of parts) assert.match(stderr, part);
  });

test('archipelago config shows every value, where it came from, and no secret', async () => {
  const secret = 'correct horse battery staple';
  const { exited } = launch(['config', '--show'], { ARCHIPELAGO_ROOMS_SECRET: secret, HTTP_SERVER_PORT: '4711' });
  const { code, stdout, stderr } = await within(exited, 'the program ends');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /4711.*HTTP_SERVER_PORT/);
  assert.match(stdout, /rooms\.secret/);
  assert.ok(!(stdout + stderr).includes(secret));
});

test('Two realms cannot share a port: the second says so and ends', async () => {
  const { exited } = launch(['serve', '--host', '127.0.0.1', '--port', String(realm.port)]);
  const { code, stderr } = await within(exited, 'the program ends');
  assert.notEqual(code, 0);
  assert.match(stderr, new RegExp(String(realm.port)));
});

test('archipelago check walks the life-cycle of a realm and says how long each step took', async () => {
  const { exited } = launch(['check', realm.url]);
  const { code, stdout, stderr } = await within(exited, 'check ends');
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /\d+(\.\d+)? ?ms/);
  assert.ok(stdout.trim().split('\n').length >= 5, stdout);
});

test('archipelago check fails where there is no realm', async () => {
  const { exited } = launch(['check', 'http://127.0.0.1:9']);
  const { code } = await within(exited, 'check ends');
  assert.notEqual(code, 0);
});
