// Somebody who visits a realm with its own page, in a browser: clicks, writes, and reads what the page says.
import { BROWSER_PATIENCE_MS } from './browser.mjs';
import { until } from './wait.mjs';

/** The steps of the guide, in order, each with a button but the one that happens by itself. */
export const STEPS = ['identity', 'about', 'protocol', 'challenge', 'sign', 'walk', 'island', 'room'];

export class PageVisitor {
  /**
   * Opens the page and its visit panel.
   * @param {import('./browser.mjs').Browser} browser
   * @param {string} url
   */
  static async open(browser, url, options) {
    return PageVisitor.on(await browser.open(url, options));
  }

  static async on(page) {
    const visitor = new PageVisitor();
    visitor.page = page;
    visitor.panel = page.locator('.visit');
    if (!(await visitor.panel.isVisible())) await page.getByRole('button', { name: 'Visit', exact: true }).first().click();
    await visitor.panel.waitFor();
    return visitor;
  }

  /** Goes through all steps at once. @param {'direct' | 'bff'} [protocol] */
  async visit(protocol) {
    if (protocol) {
      await this.tab('Guide');
      for (const step of ['identity', 'about']) await this.does(step);
      await this.panel.locator(`[name=visit-protocol][value=${protocol}]`).check();
    }
    await this.panel.getByRole('button', { name: /^Visit/ }).click();
    await this.isInside();
  }

  /** Waits for a step of the guide and clicks its button. */
  async does(step) {
    const item = this.step(step);
    await item.and(this.page.locator('[data-status=now]')).waitFor();
    await item.locator('.visit-act').click();
    await item.and(this.page.locator('[data-status=done]')).waitFor();
    return item.innerText();
  }

  step(id) {
    return this.panel.locator(`[data-step=${id}]`);
  }

  tab(name) {
    return this.panel.getByRole('tab', { name }).click();
  }

  isInside() {
    return this.panel.locator('.visit-talk').waitFor();
  }

  /** The island that the page says it is on; '' while it says none. */
  async island() {
    return (await this.panel.locator('.visit-state').getAttribute('title')) ?? '';
  }

  /** Waits until the island satisfies `accepts`. */
  onIsland(what, accepts) {
    return until(async () => {
      const island = await this.island();
      return island && (await accepts(island)) && island;
    }, what, BROWSER_PATIENCE_MS);
  }

  /** Waits until it sits in the room of its island: whoever says something there is heard. */
  isSeated() {
    return this.panel.locator('.visit-state[data-room=open]').waitFor();
  }

  async teleport(x, z) {
    const form = this.panel.getByRole('form', { name: 'Teleport' });
    await form.getByLabel('x').fill(String(x));
    await form.getByLabel('z').fill(String(z));
    await form.getByRole('button').click();
  }

  async position() {
    const text = await this.panel.locator('[data-test=position]').innerText();
    const [x, z] = text.split(',').map(Number);
    return { x, z };
  }

  /** Waits until that address is among those who are near; gives the row. */
  async sees(address) {
    const row = this.panel.locator(`.visit-near [data-address="${address}"]`);
    await row.waitFor();
    return row;
  }

  async say(text) {
    const field = this.panel.getByLabel('Say something');
    await field.fill(text);
    await field.press('Enter');
  }

  /** Waits until this was said, by whomever. */
  hears(text) {
    return this.panel.locator('.visit-said bdi', { hasText: text }).first().waitFor();
  }

  /** All that was said and heard, oldest first. */
  said() {
    return this.panel.locator('.visit-said bdi').allInnerTexts();
  }

  /** The address, once there is one: the page's own, in lower case. */
  async address() {
    await this.tab('Guide');
    return (await this.step('identity').locator('.visit-who').first().getAttribute('title')).toLowerCase();
  }

  /** Waits until the protocol log has a message of exactly that kind. Opens it; filters, as it draws only the rows that are seen. */
  async logged(kind) {
    await this.tab('Protocol log');
    await this.panel.getByLabel('Fold heartbeats and positions').uncheck();
    await this.panel.getByLabel('Filter by kind').fill(kind);
    await this.panel.locator('.visit-row b').getByText(kind, { exact: true }).first().waitFor();
    await this.panel.getByLabel('Filter by kind').fill('');
  }

  /** Fields and bytes of the newest message whose kind contains `kind`. */
  async message(kind) {
    await this.tab('Protocol log');
    await this.panel.getByLabel('Filter by kind').fill(kind);
    await this.panel.locator('.visit-row').last().click();
    const fields = JSON.parse(await this.panel.locator('[data-test=fields]').innerText());
    const bytes = this.panel.locator('[data-test=bytes]');
    const dump = (await bytes.count()) > 0 ? await bytes.textContent() : '';
    await this.panel.getByLabel('Filter by kind').fill('');
    return { fields, dump };
  }

  /** What has gone wrong, once something has: {reason, words}. */
  async trouble(reason) {
    const box = this.panel.locator(`.visit-trouble[data-reason="${reason}"]`);
    await box.waitFor();
    return box.innerText();
  }
}
