// The station's page against a realm with a swarm in it, in a real browser. What is checked is what a person reads there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser, shows } from './lib/browser.mjs';
import { MadeUpRealm, Update } from './lib/made-up-realm.mjs';
import { launch, Realm } from './lib/realm.mjs';
import { until } from './lib/wait.mjs';

const PEERS = 500;
const PATIENCE = 60_000;

/** @type {Browser} */
let browser;
/** @type {Realm} */
let realm;
let swarm;
/** @type {import('playwright-core').Page} */
let page;

before(async () => {
  [browser, realm] = await Promise.all([Browser.start(), Realm.start({ env: { ARCHIPELAGO_FLUSH_FREQUENCY: '0.5' } })]);
  const crowd = ['--peers', String(PEERS), '--world', 'plazas', '--login-rate', '250', '--sources', '20'];
  swarm = launch(['swarm', '--realm', realm.url, ...crowd, '--rate', '0.5', '--duration', '600']);
  page = await browser.open(realm.url, { colorScheme: 'dark' });
});
after(async () => {
  swarm?.child.kill('SIGKILL');
  await browser?.stop();
  await realm?.stop();
});

const figure = (name, on = page) => on.getByRole('region', { name: 'Counts' }).locator('div', { hasText: name }).locator('dd').first();
const heading = (on = page) => on.getByRole('heading', { level: 1 });
const status = (on = page) => on.getByRole('banner').getByRole('status').first();
const number = (text) => Number(text.replace(/\D/g, ''));
const addresses = async () => (await realm.json('/peers')).peers.map(({ address }) => address);

test('A swarm of five hundred is counted, and its islands are listed, the largest first', async () => {
  await shows(figure('Players'), 'all players are counted', (text) => number(text) === PEERS, PATIENCE);
  await shows(status(), 'the feed is live', (text) => text === 'Live');
  const rows = page.getByRole('region', { name: 'Islands' }).getByRole('link', { name: /^Island / });
  await rows.first().waitFor();
  const sizes = (await rows.evaluateAll((links) => links.map((one) => one.getAttribute('aria-label')))).map(
    (label) => Number(/, (\d+) player/.exec(label)[1]),
  );
  assert.ok(sizes[0] > 1, 'the largest island has company');
  assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a));
});

test('A player is found by the beginning of its address, and its page says why it is where it is', async () => {
  const [address] = await addresses();
  await page.keyboard.press('/');
  await page.keyboard.type(address.slice(0, 12));
  await page.getByRole('option', { name: address }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/#/player/${address}`);
  assert.equal((await heading().getAttribute('title')) ?? '', address);
  const why = page.getByRole('region', { name: 'Why here' });
  await shows(why, 'it is said why', (text) => /share this island|Nobody else is within|guest/.test(text) && /seat|full/.test(text));
  assert.ok((await why.getByRole('link').count()) > 0, 'its nearest neighbours are named');
});

test("An island's page tells members, radius, age, backend and what keeps it apart from others", async () => {
  await page.goto(`${realm.url}/#/`);
  await page.getByRole('link', { name: /^Island / }).first().click();
  await shows(heading(), 'the island is named', (text) => text.length > 1);
  const id = await heading().getAttribute('title');
  const facts = page.getByRole('article').locator('dl');
  await shows(facts, 'its facts', (text) => /Members\d+ of \d+.*Radius[\d.]+ m.*Age.*Recall.*Backendws-room/s.test(text));
  const members = page.getByRole('region', { name: 'Members' }).getByRole('link');
  await members.first().waitFor();
  const finds = async () => {
    const [{ address }] = (await realm.json(`/islands/${id}`)).peers; // who may leave while it is searched for
    await page.getByLabel('Find a member').fill(address);
    const text = await members.first().textContent({ timeout: 1_000 }).catch(() => '');
    return text.startsWith(address.slice(0, 6));
  };
  await until(finds, 'the member that was searched for', { ms: PATIENCE });
  await page.getByLabel('Find a member').fill('0xnobody');
  await until(async () => (await members.count()) === 0, 'nobody to be called so', { ms: PATIENCE });
  await page.getByRole('button', { name: 'Why together?' }).click();
  const why = page.getByRole('region', { name: 'Why together' });
  await shows(why, 'what forbids a merge', (text) => /nothing to merge with|What keeps them apart/.test(text));
});

test('An address of the page leads back there, and Escape to the realm', async () => {
  const id = await heading().getAttribute('title');
  await page.reload();
  await shows(heading(), 'the island again', (text) => text.length > 1);
  assert.equal(await heading().getAttribute('title'), id);
  await page.getByRole('region', { name: 'Members' }).waitFor();
  await page.keyboard.press('Escape');
  await figure('Players').waitFor();
  await page.goto(`${realm.url}/#/island/Inone`);
  await page.getByText('This island is no more').waitFor();
  await page.goto(`${realm.url}/#/`);
});

test('On the map whoever is flown to is under the pointer, and a click opens its page', async () => {
  const map = page.getByRole('application');
  await page.getByRole('link', { name: /^Island / }).first().click();
  await page.getByRole('button', { name: 'Show on the map' }).click();
  const { width, height } = page.viewportSize();
  const hovered = async () => {
    // The middle of what the panel leaves free; somebody may have walked on, so the pointer looks around.
    for (const [dx, dy] of [[0, 0], [12, 8], [-14, 6], [5, -15], [-25, -20], [30, 22]]) {
      await page.mouse.move((width - 408) / 2 + dx, (height + 64) / 2 + dy);
      const text = await page.locator('.tip').textContent({ timeout: 300 }).catch(() => '');
      if (/ of 100/.test(text ?? '')) return true;
    }
    return false;
  };
  // whoever was under the pointer may have walked on before the click: then it is tried again
  const clicked = async () => {
    if (!(await hovered())) return false;
    await page.mouse.down();
    await page.mouse.up();
    return page.waitForURL(/#\/(island|player)\//, { timeout: 1_000 }).then(() => true, () => false);
  };
  await until(clicked, 'an island under the pointer, and its page by a click', { ms: PATIENCE });
  await map.focus();
  for (const key of ['ArrowLeft', 'ArrowUp', '+', '-', 'f']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'Show everybody' }).click();
  assert.deepEqual(page.complaints, []);
});

test('Every part is reached by keys with a visible focus, and ? tells which', async () => {
  await page.goto(`${realm.url}/#/`);
  await page.reload();
  await page.getByRole('link', { name: /^Island / }).first().waitFor();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys and help' });
  await help.waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  const focused = () => {
    const at = document.activeElement;
    const name = at.getAttribute('aria-label') ?? at.textContent;
    return { name: name.split(/[:,]/)[0].trim(), isSeen: at === document.body || getComputedStyle(at).outlineStyle !== 'none' };
  };
  const reached = new Set();
  for (let i = 0; i < 16; i += 1) {
    await page.keyboard.press('Tab');
    const { name, isSeen } = await page.evaluate(focused);
    reached.add(name);
    assert.ok(isSeen, `the focus is seen on ${name}`);
  }
  for (const part of ['Visit', 'Colours', 'Keys and help', 'Map of the world', 'Zoom in', 'Show everybody', 'Find an island'])
    assert.ok(reached.has(part), `${part} is reached: ${[...reached].join(', ')}`);
});

test('Colours follow the system until somebody chooses, and the choice is remembered', async () => {
  const theme = (on) => on.locator('html').getAttribute('data-theme');
  const light = await browser.open(realm.url, { colorScheme: 'light', reducedMotion: 'reduce' });
  await light.getByRole('button', { name: 'Colours: system' }).waitFor();
  assert.equal(await theme(light), 'light');
  await light.keyboard.press('t');
  await light.getByRole('button', { name: 'Colours: dark' }).waitFor();
  assert.equal(await theme(light), 'dark');
  await light.reload();
  await light.getByRole('button', { name: 'Colours: dark' }).waitFor();
  assert.equal(await theme(light), 'dark');
  await light.getByRole('button', { name: 'Colours: dark' }).click();
  assert.equal(await theme(light), 'light');
  await shows(figure('Players', light), 'players, without motion too', (text) => number(text) === PEERS);
  assert.deepEqual(light.complaints, []);
  await light.context().close();
});

test('On a phone the panels are sheets', async () => {
  const phone = await browser.open(realm.url, { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true });
  const tabs = phone.getByRole('navigation', { name: 'Sheets' });
  const counts = phone.getByRole('region', { name: 'Counts' });
  await tabs.getByRole('button', { name: 'Map' }).waitFor();
  assert.equal(await counts.isVisible(), false);
  await tabs.getByRole('button', { name: /^Realm/ }).tap();
  await counts.waitFor();
  await phone.getByRole('link', { name: /^Island / }).first().tap();
  await shows(heading(phone), 'the island is named', (text) => text.length > 1);
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 390, `nothing is wider than the screen: ${wide}`);
  await tabs.getByRole('button', { name: 'Map' }).tap();
  await heading(phone).waitFor({ state: 'hidden' });
  assert.deepEqual(phone.complaints, []);
  await phone.context().close();
});

test('A realm that goes away is told, and one that comes back is seen, empty', async () => {
  const first = await Realm.start();
  const viewer = await browser.open(first.url);
  await shows(status(viewer), 'the feed is live', (text) => text === 'Live');
  await viewer.getByRole('heading', { name: 'Nobody here yet' }).waitFor();
  await viewer.getByText(`archipelago swarm --realm ${first.url} --peers 200`).waitFor();
  await first.stop();
  await shows(status(viewer), 'it is told', (text) => text.startsWith('Reconnecting'));
  const second = await Realm.start({ port: first.port });
  await shows(status(viewer), 'live again', (text) => text === 'Live');
  await viewer.getByRole('heading', { name: 'Nobody here yet' }).waitFor();
  assert.deepEqual(viewer.complaints, []);
  await viewer.context().close();
  await second.stop();
});

for (const [privacy, note] of [
  ['none', 'This realm keeps places to itself'],
  ['parcel', 'places to the parcel'],
])
  test(`What a realm with statistics.privacy = ${privacy} does not tell is not shown, and said to be so`, async () => {
    await Realm.during({ env: { ARCHIPELAGO_STATISTICS_PRIVACY: privacy } }, async (shy) => {
      const guests = launch(['swarm', '--realm', shy.url, '--peers', '5', '--world', 'crowd', '--duration', '600']);
      const viewer = await browser.open(shy.url);
      await shows(figure('Players', viewer), 'five players', (text) => number(text) === 5);
      await viewer.getByText(note).first().waitFor();
      await viewer.getByRole('link', { name: /^Island / }).first().click();
      const facts = viewer.getByRole('article').locator('dl');
      await shows(facts, 'its members', (text) => /Members\d/.test(text));
      assert.equal(/Radius/.test(await facts.textContent()), privacy === 'parcel');
      assert.equal((await viewer.getByRole('region', { name: 'Members' }).count()) > 0, privacy === 'parcel');
      assert.deepEqual(viewer.complaints, []);
      await viewer.context().close();
      guests.child.kill('SIGKILL');
    });
  });

test('The pages of an island and of a player follow what the feed tells', async () => {
  const made = await MadeUpRealm.start({ players: 1, flushMs: 3_600_000, page: realm.url });
  try {
    const viewer = await browser.open(`${made.url}/#/island/Ifew`);
    await shows(status(viewer), 'the feed is live', (text) => text === 'Live');
    const [few, many] = [900, 901].map((number) => ({ number, max_players: 100, recall: -1 }));
    const tell = (counts, homes) => {
      const told = { number: [9_001, 9_002, 9_003], x_dm: [0, 10, 20], z_dm: [0, 0, 10 * homes[2]], island: homes };
      const named = { named: told.number, addresses: Buffer.from(told.number.map((n) => n - 9_000).map((n) => Array(20).fill(n)).flat()) };
      const islands = [{ ...few, id: 'Ifew', players: counts[0] }, { ...many, id: 'Imany', players: counts[1] }];
      made.tell(Update.encode(Update.fromObject({ islands, players: { ...told, ...named } })).finish());
    };
    const members = viewer.getByRole('region', { name: 'Members' });
    const facts = viewer.getByRole('article').locator('dl');
    for (const [counts, homes] of [[[3, 0], [900, 900, 900]], [[1, 2], [900, 901, 901]], [[2, 1], [900, 900, 901]]]) {
      tell(counts, homes);
      await shows(facts, `${counts[0]} in the facts`, (text) => text.startsWith(`Members${counts[0]} of 100`));
      await shows(members.getByRole('heading'), `${counts[0]} listed`, (text) => text === `Members ${counts[0]}`);
    }
    await viewer.goto(`${made.url}/#/player/0x${'03'.repeat(20)}`);
    await shows(facts, 'its island', (text) => /Imany with 0 others.*, 901 m north/.test(text));
    tell([3, 0], [900, 900, 900]);
    await shows(facts, 'its new island', (text) => /Ifew with 2 others.*, 900 m north/.test(text));
    assert.deepEqual(viewer.complaints, []);
    await viewer.context().close();
  } finally {
    made.stop();
  }
});

test('What no realm sends closes the feed with a message, and whatever it says is text', async () => {
  const hostile = '<img src=x onerror=document.title="pwned">';
  const made = await MadeUpRealm.start({ players: 20, flushMs: 500, page: realm.url, realm: { name: hostile } });
  try {
    const viewer = await browser.open(made.url);
    await viewer.getByText(hostile).waitFor();
    const island = { number: 900, id: hostile, players: 3, max_players: 100, backend: hostile, recall: -1 };
    made.tell(Update.encode({ islands: [island] }).finish());
    await viewer.getByLabel('Find an island').fill('<img');
    await viewer.getByRole('link', { name: /^Island </ }).click();
    await viewer.getByRole('article').getByText(hostile).first().waitFor();
    assert.equal(await viewer.locator('img').count(), 0);
    assert.equal(await viewer.title(), 'archipelago');
    for (const nonsense of [Uint8Array.of(0xff, 0xff, 0xff), Update.encode({ players: { number: [1, 2], x_dm: [1] } }).finish(), 'text']) {
      made.tell(nonsense);
      await shows(status(viewer), 'the feed is closed', (text) => text.startsWith('Feed closed: '));
      await viewer.getByRole('button', { name: 'Try again' }).click();
      await shows(status(viewer), 'live again', (text) => text === 'Live');
    }
    assert.deepEqual(viewer.complaints, []);
    await viewer.context().close();
  } finally {
    made.stop();
  }
});
