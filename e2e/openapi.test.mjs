// /openapi.json is an OpenAPI document, and what the realm answers is what it says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import { DirectPlayer } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { newWallet } from './lib/wallet.mjs';

/** @type {Realm} */
let realm;
let document;
let player;
let islandId;
let part;
before(async () => {
  // Nobody listens there: no scene is known, and nobody outside is asked.
  realm = await Realm.start({ env: { CONTENT_URL: 'http://127.0.0.1:9/content/' } });
  document = await realm.json('/openapi.json');
  player = await DirectPlayer.login(realm, await newWallet());
  await player.stand(-20, 40);
  ({ islandId } = await player.island());
  const page = await (await realm.get('/', { headers: { accept: 'text/html' } })).text();
  [part] = /\/assets\/[\w.-]+/.exec(page);
});
after(async () => {
  await player?.leave();
  await realm?.stop();
});

/** A part of the document, with its references in place. */
function whole(part) {
  if (Array.isArray(part)) return part.map(whole);
  if (typeof part !== 'object' || part === null) return part;
  if (!part.$ref) return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, whole(value)]));
  const steps = part.$ref.slice(2).split('/');
  return whole(steps.reduce((at, step) => at[step], document));
}

/** Asks, and holds the answer against what the document says of this path, method and status. */
async function ask(path, { at = path, method = 'GET', status = 200, ...options } = {}) {
  const response = await realm.get(at, { method, ...options });
  const body = await response.text();
  assert.equal(response.status, status, `${method} ${at}: ${body}`);
  const told = whole(document.paths[path][method.toLowerCase()].responses[status]);
  assert.ok(told, `${method} ${path}: ${status} is not described`);
  if (!told.content) return assert.equal(body, '', at);
  const type = response.headers.get('content-type');
  const schema = told.content[type]?.schema;
  assert.ok(schema, `${method} ${path}: ${type} is not described`);
  const value = /json/.test(type) ? JSON.parse(body) : body;
  const check = new Ajv2020({ strict: false, allErrors: true }).compile(schema);
  assert.ok(check(value), `${method} ${at}: ${JSON.stringify(check.errors)}\n${body.slice(0, 2_000)}`);
  return value;
}

test('It is OpenAPI, as a validator of others reads it', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(document.openapi, '3.1.0');
});

/** What each path with a parameter is asked with. */
const examples = () => ({
  '/peers/{id}': `/peers/${player.address}`,
  '/islands/{id}': `/islands/${islandId}`,
  '/assets/{name}': part,
});

test('Every path that takes GET answers as described', async () => {
  const paths = Object.keys(document.paths).filter((path) => document.paths[path].get);
  assert.ok(paths.length >= 20, paths.join(' '));
  for (const path of paths) {
    const known = Object.entries(examples()).find(([pattern]) => path.endsWith(pattern));
    await ask(path, { at: known ? path.replace(...known) : path });
  }
});

test('A look at the shapes finds somebody there', async () => {
  assert.deepEqual(
    (await ask('/peers', { at: `/peers?id=${player.address}` })).peers.map(({ id }) => id),
    [player.address],
  );
  assert.equal((await ask('/islands')).islands[0].peers.length, 1);
  assert.deepEqual((await ask('/parcels')).parcels, [{ peersCount: 1, parcel: { x: -2, y: 2 } }]);
});

test('An explained island has its own shape', async () => {
  const island = await ask('/islands/{id}', { at: `/islands/${islandId}?explain=1` });
  assert.equal(island.explain[0].player, player.address);
});

test('What is not there, not allowed or not understood is refused as described', async () => {
  for (const prefix of ['', '/comms']) {
    await ask(`${prefix}/peers/{id}`, { at: `${prefix}/peers/0x0`, status: 404 });
    await ask(`${prefix}/islands/{id}`, { at: `${prefix}/islands/none`, status: 404 });
    await ask(`${prefix}/islands/{id}`, { at: `${prefix}/islands/${islandId}?explain=what`, status: 400 });
  }
  await ask('/assets/{name}', { at: '/assets/none.js', status: 404 });
  await ask('/signed-login', { method: 'POST', status: 400 });
});

test('Metrics are where the operator wants them, for whom the operator wants', () =>
  Realm.during(
    { env: { WKC_METRICS_PUBLIC_PATH: '/inside/metrics', WKC_METRICS_BEARER_TOKEN: 'open-sesame' } },
    async (other) => {
      const { paths } = await other.json('/openapi.json');
      assert.ok(paths['/inside/metrics'] && !paths['/metrics']);
      assert.equal((await other.get('/metrics')).status, 404);
      const refused = await other.get('/inside/metrics');
      assert.deepEqual([refused.status, refused.headers.get('www-authenticate')], [401, 'Bearer']);
      assert.equal((await other.get('/inside/metrics', { headers: { authorization: 'Bearer open-sesam' } })).status, 401);
      const answered = await other.get('/inside/metrics', { headers: { authorization: 'Bearer open-sesame' } });
      assert.equal(answered.status, 200);
      const text = await answered.text();
      assert.match(text, /^http_requests_total\{method="GET",handler="\/inside\/metrics",code="401"\} 2$/m);
      assert.match(text, /^http_requests_total\{method="GET",handler="unknown",code="404"\} 1$/m);
      assert.ok(!(text + other.output.stderr).includes('open-sesame'));
    },
  ));

test('A browser page may ask with credentials', async () => {
  const headers = { origin: 'https://play.example.org' };
  for (const path of ['/peers', '/comms/islands', '/parcels', '/hot-scenes', '/status', '/core-status']) {
    const response = await realm.get(path, { headers });
    assert.equal(response.headers.get('access-control-allow-origin'), 'https://play.example.org', path);
    assert.equal(response.headers.get('access-control-allow-credentials'), 'true', path);
    assert.match(response.headers.get('vary'), /origin/i, path);
  }
  assert.equal((await realm.get('/about', { headers })).headers.get('access-control-allow-origin'), '*');
});
