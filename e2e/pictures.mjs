// The pictures of docs/STATION.md: the page of a realm in which a swarm has walked for four minutes. `node pictures.mjs [folder]`
import { fileURLToPath } from 'node:url';
import { Browser, shows } from './lib/browser.mjs';
import { launch, Realm } from './lib/realm.mjs';

const folder = process.argv[2] ?? fileURLToPath(new URL('../docs/images', import.meta.url));
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const realm = await Realm.start({ env: { ARCHIPELAGO_FLUSH_FREQUENCY: '0.5', ARCHIPELAGO_REALM_NAME: 'harbour' } });
const crowd = ['--peers', '900', '--world', 'crowd', '--mobility', 'mixed', '--seed', '6', '--sources', '20', '--chat'];
const swarm = launch(['swarm', '--realm', realm.url, ...crowd, '--duration', '600']);
const browser = await Browser.start();

/** A page that has watched for a while, so that its curves are full. */
async function picture(name, options, act) {
  const page = await browser.open(realm.url, options);
  await act(page);
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page.context().close();
}

const large = { viewport: { width: 1440, height: 900 } };
const chooseIsland = async (page, nth) => {
  await page.getByRole('link', { name: /^Island / }).nth(nth).click();
  await page.getByRole('button', { name: 'Show on the map' }).click();
};

try {
  await pause(210); // until islands have sorted themselves out within their budget
  await Promise.all([
    picture('station-dark', { ...large, colorScheme: 'dark' }, async (page) => {
      await pause(45);
      await page.getByRole('button', { name: 'Show everybody' }).click();
      await pause(3);
    }),
    picture('station-light', { ...large, colorScheme: 'light' }, async (page) => {
      await pause(45);
      await chooseIsland(page, 0);
      await page.getByRole('region', { name: 'Members' }).getByRole('link').first().click();
      await page.getByRole('button', { name: 'Show on the map' }).click();
      await shows(page.getByRole('region', { name: 'Why here' }), 'why', (text) => /seat|full/.test(text));
      await page.mouse.move(5, 500);
      await pause(3);
    }),
    picture('station-phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: 'dark' }, async (page) => {
      await pause(50);
      await page.getByRole('button', { name: /^Realm/ }).tap();
      await chooseIsland(page, 1);
      await pause(3);
    }),
  ]);
} finally {
  swarm.child.kill('SIGKILL');
  await browser.stop();
  await realm.stop();
}
