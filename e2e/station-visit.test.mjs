// The realm's page as a visitor uses it: a browser clicks through the guided client, in both protocols.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { DirectPlayer } from './lib/direct.mjs';
import { Realm } from './lib/realm.mjs';
import { RoomMember } from './lib/room.mjs';
import { PageVisitor, STEPS } from './lib/visit.mjs';
import { until } from './lib/wait.mjs';
import { newWallet } from './lib/wallet.mjs';

/** @type {Browser} */
let browser;
// the map is somebody else's test: without it a busy machine has time for the visitors
before(async () => (browser = await Browser.start({ args: ['--disable-3d-apis'] })));
after(() => browser?.stop());

// a small window that is not painted ten times a second: the clients' work is what is tried here
const WINDOW = { viewport: { width: 800, height: 720 }, reducedMotion: 'reduce' };
const FLUSH = { ARCHIPELAGO_FLUSH_FREQUENCY: '0.5' };
const open = (realm) => PageVisitor.open(browser, `${realm.url}/`, WINDOW);

const wellBehaved = (...visitors) => {
  for (const { page } of visitors) assert.deepEqual(page.complaints, []);
};
/** On one island, and in its room: whoever is on the way there hears no more than what is said where it comes from. */
const together = async (a, b) => {
  await a.onIsland('both are on one island', async (island) => island === (await b.island()));
  await Promise.all([a.isSeated(), b.isSeated()]);
};
const apart = (a, b) => a.onIsland('they are on two islands', async (island) => island !== (await b.island()));

const EXPECTED = {
  direct: ['challengeRequest', 'challengeResponse', 'signedChallenge', 'welcome', 'heartbeat', 'islandChanged'],
  bff: ['CreatePort', 'RequestModule', 'GetChallenge', 'GetChallenge answer', 'Authenticate', 'Authenticate answer', 'island_changed'],
};

const MODES = [
  { mode: 'offline', adapter: '', state: /offline/, alone: /does not connect people/ },
  { mode: 'signed-login', adapter: '', state: /signed-login/, alone: /Nobody else/ },
  { mode: 'fixed-adapter', adapter: 'simulator:7', state: /simulator/, alone: /^$/ },
  { mode: 'fixed-adapter', adapter: 'livekit:wss://voice.example.org?access_token=a.eyJzdWIiOiIweDEifQ.c', state: /not entered/, alone: /LiveKit/ },
];

// Each has a realm of its own: they wait more than they work, so some go at once.
describe('visits', { concurrency: 3 }, () => {
  test('Two who came by different doors meet by walking, talk, part and meet again, and lose no line', () =>
    Realm.during({ env: FLUSH }, async (realm) => {
      const [ann, bob] = await Promise.all([open(realm), open(realm)]);
      await Promise.all([ann.visit('direct'), bob.visit('bff')]);
      const [a, b] = [await ann.address(), await bob.address()];
      for (const visitor of [ann, bob]) await visitor.tab('Here');
      await ann.teleport(8, 8);
      await bob.teleport(150, 8);
      await apart(ann, bob);

      // a click on the circle's western edge: some 95 m on foot
      const { width, height } = await bob.panel.locator('.visit-circle').boundingBox();
      await bob.panel.locator('.visit-circle').click({ position: { x: width * 0.025, y: height / 2 } });
      await together(ann, bob);
      await (await ann.sees(b)).locator('.visit-distance', { hasText: ' m' }).waitFor();
      await bob.sees(a);

      await ann.say('who is there?');
      await bob.hears('who is there?');
      await bob.say('it is me');
      await ann.hears('it is me');

      await bob.teleport(500, 8);
      await bob.say('on my way'); // wherever it is heard: once
      await apart(ann, bob);
      await bob.teleport(20, 8);
      await together(ann, bob);
      await ann.sees(b);
      await bob.sees(a);
      await bob.say('here I am again');
      await ann.hears('here I am again');
      await ann.say('welcome back');
      await bob.hears('welcome back');

      const lines = ['who is there?', 'it is me', 'here I am again', 'welcome back'];
      assert.deepEqual(await bob.said(), [...lines.slice(0, 2), 'on my way', ...lines.slice(2)]);
      assert.deepEqual((await ann.said()).filter((line) => line !== 'on my way'), lines);
      assert.ok((await ann.said()).length <= lines.length + 1);
      assert.equal(await bob.panel.locator('.visit-said:not([data-delivery=sent])').count(), 0);
      wellBehaved(ann, bob);
      for (const visitor of [ann, bob]) await visitor.page.context().close();
    }));

  for (const protocol of ['direct', 'bff'])
    test(`The guide leads in step by step over ${protocol}, and the log shows each message decoded`, () =>
      Realm.during({ env: FLUSH }, async (realm) => {
        const visitor = await open(realm);
        const steps = await visitor.panel.locator('.visit-step').evaluateAll((all) => all.map(({ dataset }) => dataset.step));
        assert.deepEqual(steps, STEPS);
        assert.match(await visitor.does('identity'), /0x[0-9a-f]{4}…[0-9a-f]{4}/);
        assert.match(await visitor.does('about'), /archipelago[\s\S]*well, and takes visitors/);
        await visitor.panel.locator(`[name=visit-protocol][value=${protocol}]`).check();
        assert.match(await visitor.does('protocol'), protocol === 'bff' ? /\/bff\/rpc/ : /\/archipelago\/ws/);
        assert.match(await visitor.does('challenge'), /dcl-[0-9a-z]+/);
        assert.match(await visitor.does('sign'), /SIGNER[\s\S]*ECDSA_EPHEMERAL[\s\S]*ECDSA_SIGNED_ENTITY/);
        await visitor.does('walk');
        await visitor.step('room').and(visitor.page.locator('[data-status=now]')).waitFor();
        const island = await visitor.step('island').innerText();
        assert.match(island, /ws-room:/);
        assert.match(island, /access_token=…/);
        await visitor.step('room').locator('.visit-act').click();
        await visitor.isInside();
        assert.match(await visitor.island(), /^I/);

        for (const kind of [...EXPECTED[protocol], 'peerIdentification', 'challengeMessage', 'signedChallengeForServer'])
          await visitor.logged(kind);
        const { fields, dump } = await visitor.message(protocol === 'bff' ? 'island_changed' : 'islandChanged');
        const told = protocol === 'bff' ? fields.payload : fields;
        assert.equal(told.islandId, await visitor.island());
        assert.match(told.connStr, /access_token=…$/);
        assert.match(dump, /^0000 {2}([0-9a-f]{2} ){8}/);
        wellBehaved(visitor);
        await visitor.page.context().close();
      }));

  test('Walking goes by keys, and stops when they are let go', () =>
    Realm.during({ env: FLUSH }, async (realm) => {
      const visitor = await open(realm);
      await visitor.visit();
      await visitor.teleport(0, 0);
      await visitor.panel.locator('.visit-circle').focus();
      await visitor.page.keyboard.down('ArrowUp');
      await until(async () => (await visitor.position()).z > 2, 'the visitor walks north');
      await visitor.page.keyboard.up('ArrowUp');
      const { x, z } = await visitor.position();
      assert.equal(x, 0);
      await visitor.page.keyboard.down('d');
      await until(async () => (await visitor.position()).x > 2, 'the visitor walks east');
      await visitor.page.keyboard.up('d');
      assert.equal((await visitor.position()).z, z);
      await visitor.panel.getByLabel('Say something').press('w');
      assert.equal(await visitor.panel.getByLabel('Say something').inputValue(), 'w');
      assert.equal((await visitor.position()).z, z);
      await visitor.page.context().close();
    }));

  test('What strangers say is text and nothing else, and official clients hear what is said here', () =>
    Realm.during({ env: FLUSH }, async (realm) => {
      const visitor = await open(realm);
      await visitor.visit();
      await visitor.teleport(3_000, 3_000);
      const stranger = await DirectPlayer.login(realm, await newWallet());
      await stranger.stand(3_001, 3_000);
      let told = await stranger.island();
      await visitor.onIsland('the stranger is on the same island', (island) => {
        for (const { islandChanged } of stranger.connection.packets.waiting.splice(0)) told = islandChanged ?? told;
        return island === told.islandId;
      });
      const { connStr } = told;
      const member = await RoomMember.enter(connStr, stranger.wallet);
      await visitor.sees(stranger.address);

      member.tell({ $case: 'position', position: { index: 1, positionX: 3_010, positionY: 0, positionZ: 3_000 } });
      await (await visitor.sees(stranger.address)).locator('.visit-distance', { hasText: /^10 m$/ }).waitFor();
      const markup = '<img src=x onerror="document.title=1">\u202eevil\u0007';
      member.tell({ $case: 'chat', chat: { message: markup, timestamp: 1 } });
      member.tell({ $case: 'chat', chat: { message: 'x'.repeat(5_000), timestamp: 2 } });
      await visitor.hears('xxx');
      const [first, second] = await visitor.said();
      assert.equal(first, '<img src=x onerror="document.title=1">\ufffdevil\ufffd');
      assert.equal(second, `${'x'.repeat(500)}…`);
      assert.equal(await visitor.panel.locator('.visit-lines img').count(), 0);

      await visitor.say('is anybody there? 👋');
      const { message } = await member.hear('chat');
      assert.equal(message.chat.message, 'is anybody there? 👋');
      assert.ok(Math.abs(message.chat.timestamp - Date.now()) < 3_600_000);
      await member.hear('position');
      await member.leave();
      await stranger.leave();
      wellBehaved(visitor);
      await visitor.page.context().close();
    }));

  test('Whoever comes in elsewhere with the same identity ends the visit here, and it is told so', () =>
    Realm.during({ env: FLUSH }, async (realm) => {
      const here = await open(realm);
      await here.visit('bff');
      const guest = await here.page.evaluate(() => sessionStorage.getItem('archipelago.guest'));
      const other = await open(realm);
      await other.page.evaluate((text) => sessionStorage.setItem('archipelago.guest', text), guest);
      await other.visit('direct');
      assert.equal(await other.address(), await here.address());
      assert.match(await here.trouble('replaced'), /same identity has come in elsewhere/);
      assert.match(await here.panel.locator('.visit-state').innerText(), /ended/);

      await here.panel.getByRole('button', { name: 'Visit again' }).click();
      await other.trouble('replaced');
      await here.panel.locator('.visit-trouble').waitFor({ state: 'detached' });
      wellBehaved(here, other);
      for (const visitor of [here, other]) await visitor.page.context().close();
    }));

  test('A realm that restarts is come back to, and the chat goes on', async () => {
    await Realm.during({ env: FLUSH }, async (first) => {
      const visitor = await open(first);
      await visitor.visit();
      await visitor.say('before');
      const { port } = first;
      await first.stop();
      await visitor.panel.locator('.visit-state[data-state=waiting]').waitFor();
      await visitor.say('between');
      await Realm.during({ args: ['--port', String(port)], env: FLUSH }, async () => {
        await visitor.panel.locator('.visit-state[data-state=inside]').waitFor();
        await visitor.panel.locator('.visit-said[data-delivery=sent] bdi', { hasText: 'between' }).waitFor();
        assert.deepEqual(await visitor.said(), ['before', 'between']);
        await visitor.page.context().close();
      });
    });
  });

  test('Who is banned is told so, and does not come back by itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bans-'));
    const file = join(folder, 'bans');
    writeFileSync(file, '');
    await Realm.during({ args: ['--bans-file', file], env: FLUSH }, async (strict) => {
      const visitor = await open(strict);
      await visitor.visit('bff');
      writeFileSync(file, `${await visitor.address()}\n`);
      strict.child.kill('SIGHUP');
      assert.match(await visitor.trouble('banned'), /operator does not let this address in/);
      await visitor.panel.getByRole('button', { name: 'Visit again' }).click();
      await visitor.logged('RemoteError of GetChallenge');
      await visitor.trouble('banned');
      assert.equal(await visitor.panel.getByText(/Again in/).count(), 0);
      wellBehaved(visitor);
      await visitor.page.context().close();
    });
    rmSync(folder, { recursive: true });
  });

  test('A realm without islands leads to its one room, or says why not', async () => {
    for (const { mode, adapter, state, alone } of MODES)
      await Realm.during({ env: { ...FLUSH, COMMS_MODE: mode, COMMS_ADAPTER: adapter } }, async (fixed) => {
        const visitor = await open(fixed);
        await visitor.visit();
        const near = visitor.panel.locator('.visit-near');
        if (adapter.startsWith('simulator')) await near.getByText('7 people').waitFor();
        else await near.locator('.visit-none', { hasText: alone }).waitFor();
        await visitor.tab('Guide');
        await visitor.step('room').locator('.visit-facts', { hasText: state }).waitFor();
        assert.equal(await visitor.panel.locator('[data-status=spared]').count(), 3);
        wellBehaved(visitor);
        await visitor.page.context().close();
      });
  });
});
