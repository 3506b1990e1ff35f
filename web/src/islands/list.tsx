// All islands, by size, age or recall; the first so many, and those that are searched for.
import { computed, signal } from '@preact/signals';
import { news, realm, world } from '../feed/store';
import type { Island } from '../feed/world';
import { age, count, percent, plural, shortId } from '../shell/format';
import { toIsland } from '../shell/routes';
import { Swatch } from './swatch';

const kPage = 60;
const orders = {
  size: (a: Island, b: Island) => b.players - a.players || a.number - b.number,
  age: (a: Island, b: Island) => a.since - b.since || a.number - b.number,
  recall: (a: Island, b: Island) => a.recall - b.recall || a.number - b.number,
} as const;
type Order = keyof typeof orders;

const order = signal<Order>('size');
const filter = signal('');
const shown = signal(kPage);

const found = computed(() => {
  void news.value;
  const wanted = filter.value.trim().toLowerCase();
  const all = [...world.islands.values()];
  const some = wanted ? all.filter(({ id }) => id.toLowerCase().includes(wanted)) : all;
  return some.sort(orders[order.value]);
});

export function IslandList() {
  const islands = found.value;
  const now = Date.now() / 1000;
  return (
    <section class="list" aria-label="Islands">
      <header class="list-head">
        <h2>
          Islands <small>{count(islands.length)}</small>
        </h2>
        <input
          type="search"
          aria-label="Find an island"
          placeholder="find an island"
          value={filter.value}
          onInput={({ currentTarget }) => {
            filter.value = currentTarget.value;
            shown.value = kPage;
          }}
        />
        <select
          aria-label="Order of islands"
          value={order.value}
          onChange={({ currentTarget }) => (order.value = currentTarget.value as Order)}
        >
          <option value="size">largest first</option>
          <option value="age">oldest first</option>
          <option value="recall">lowest recall first</option>
        </select>
      </header>
      <ul>
        {islands.slice(0, shown.value).map((island) => (
          <Row key={island.number} island={island} now={now} />
        ))}
      </ul>
      {islands.length > shown.value && (
        <button class="more" onClick={() => (shown.value += kPage)}>
          Show more of {plural(islands.length, 'island')}
        </button>
      )}
      {islands.length === 0 && <p class="empty">{filter.value ? 'No island is called so.' : 'No islands yet.'}</p>}
    </section>
  );
}

function Row({ island, now }: { island: Island; now: number }) {
  const full = island.maxPlayers > 0 ? Math.min(1, island.players / island.maxPlayers) : 0;
  return (
    <li>
      <a class="row" href={toIsland(island.id)} aria-label={`Island ${island.id}, ${plural(island.players, 'player')}`}>
        <Swatch colour={island.colour} />
        <span class="mono row-name">{shortId(island.id)}</span>
        <span class="row-full" aria-hidden="true">
          <i style={{ width: `${full * 100}%` }} />
        </span>
        <span class="row-count">{island.players}</span>
        <span class="row-note">{percent(island.recall)}</span>
        <span class="row-note row-age">{realm.value ? age(now - island.since) : ''}</span>
      </a>
    </li>
  );
}
