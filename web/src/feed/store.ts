// What the whole page knows of the realm, as signals. The world itself is no signal: `news` says that it changed.
import { signal } from '@preact/signals';
import { FeedConnection, type Link } from './connection';
import type { Frame, Pulse, Realm } from './decode';
import { History } from './history';
import { World } from './world';

export const world = new World();
export const history = new History();
export const link = signal<Link>({ state: 'connecting' });
export const realm = signal<Realm | null>(null);
export const pulse = signal<Pulse | null>(null);
/**
 * Counts what panels should show: at most kNewsMs apart, however fast the feed is. Every component that shows something
 * of the world reads it: the rows and islands that it is given stay the same objects while what they say changes.
 */
export const news = signal(0);
/** Seconds since the last update, as far as it matters: 0 while the feed is on time. */
export const stale = signal(0);
/** ms of performance.now() */
let heard = 0;

const kNewsMs = 250;
let pending = 0;

function tell(): void {
  if (pending) return;
  pending = window.setTimeout(() => {
    pending = 0;
    news.value += 1;
  }, kNewsMs);
}

function update(frame: Frame): void {
  const now = performance.now();
  const isFirst = frame.whole;
  if (frame.realm) realm.value = frame.realm;
  world.glide = calm.value || !realm.value ? 0 : Math.min(5, (realm.value.flushMs * 1.1) / 1000);
  world.apply(frame, now / 1000);
  heard = now;
  stale.value = 0;
  if (frame.pulse) {
    history.push(frame.pulse);
    pulse.value = frame.pulse;
  }
  if (isFirst) news.value += 1;
  else tell();
}

/** Somebody prefers less motion: players are where they are, without gliding there. */
export const calm = signal(false);

const feed = new FeedConnection(`${location.origin.replace(/^http/, 'ws')}/station/feed`, {
  update,
  link: (next) => {
    link.value = next;
  },
});

export const connect = (): void => feed.open();

/** Looks once a second how old the news is. */
export function watchAge(): void {
  window.setInterval(() => {
    const silence = (performance.now() - heard) / 1000;
    const patience = Math.max(6, ((realm.value?.flushMs ?? 2000) / 1000) * 3);
    stale.value = heard > 0 && silence > patience ? Math.floor(silence) : 0;
  }, 1000);
}
