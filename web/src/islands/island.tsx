// An island's page: what it is, who is on it, why they are.
import { useState } from 'preact/hooks';
import { news, realm, world } from '../feed/store';
import type { Island } from '../feed/world';
import { age, count, metres, parcel, percent, plural, shortAddress, shortId } from '../shell/format';
import { Icon } from '../shell/icons';
import { toPlayer } from '../shell/routes';
import { stage } from '../map/view';
import { PageHead } from './head';
import { Swatch } from './swatch';
import { Why } from './why';

const kPage = 100;

export function IslandPage({ id }: { id: string }) {
  void news.value;
  const island = world.island(id);
  const [asks, ask] = useState(false);
  if (!island) return <Gone id={id} />;
  const isPrivate = realm.value?.privacy === 'none';
  return (
    <article aria-label={`Island ${id}`}>
      <PageHead title={shortId(id)} whole={id} kind="Island" swatch={<Swatch colour={island.colour} />} />
      <Facts island={island} isPrivate={isPrivate} />
      {isPrivate ? (
        <p class="empty">This realm does not tell who is where, only how many.</p>
      ) : (
        <>
          <div class="acts">
            <button onClick={() => locate(island)}>
              <Icon name="pin" /> Show on the map
            </button>
            <button onClick={() => ask(true)} aria-expanded={asks}>
              <Icon name="help" /> Why together?
            </button>
          </div>
          {asks && <Why key={id} island={id} question="1" title="Why together" />}
          <Members key={id} island={island} />
        </>
      )}
    </article>
  );
}

function Gone({ id }: { id: string }) {
  return (
    <article aria-label={`Island ${id}`}>
      <PageHead title={shortId(id)} whole={id} kind="Island" />
      <p class="empty">
        {realm.value ? 'This island is no more: its players left, or went on to others.' : 'Waiting for the realm…'}
      </p>
    </article>
  );
}

function locate(island: Island): void {
  const at = stage.value;
  if (!at) return;
  const reach = Math.max(20, island.radius * 1.6);
  const box = { minX: island.x - reach, maxX: island.x + reach, minZ: island.z - reach, maxZ: island.z + reach };
  at.fly(at.camera.fitted(box));
}

function Facts({ island, isPrivate }: { island: Island; isPrivate: boolean }) {
  void news.value;
  const full = island.maxPlayers > 0 ? Math.min(1, island.players / island.maxPlayers) : 0;
  return (
    <dl class="facts">
      <div>
        <dt>Members</dt>
        <dd>
          {count(island.players)} <small>of {count(island.maxPlayers)}</small>
        </dd>
        <span class="row-full" aria-hidden="true">
          <i style={{ width: `${full * 100}%` }} />
        </span>
      </div>
      {!isPrivate && (
        <>
          <div>
            <dt>Radius</dt>
            <dd>{metres(island.radius)}</dd>
          </div>
          <div>
            <dt>Centre</dt>
            <dd>
              {parcel(island.x, island.z)} <small>parcel</small>
            </dd>
          </div>
        </>
      )}
      <div>
        <dt>Age</dt>
        <dd>{age(Date.now() / 1000 - island.since)}</dd>
      </div>
      <div>
        <dt>Recall</dt>
        <dd>{percent(island.recall)}</dd>
      </div>
      <div>
        <dt>Backend</dt>
        <dd class="fact-text">{island.backend || 'none yet'}</dd>
      </div>
    </dl>
  );
}

function Members({ island }: { island: Island }) {
  void news.value;
  const [wanted, want] = useState('');
  const [shown, show] = useState(kPage);
  const digits = wanted.trim().toLowerCase();
  const members: { row: number; address: string }[] = [];
  for (let row = 0; row < world.count; row += 1) {
    if (world.homes[row] !== island.number) continue;
    const address = world.address(row);
    if (address.includes(digits)) members.push({ row, address });
  }
  members.sort((a, b) => (a.address < b.address ? -1 : 1));
  return (
    <section class="list" aria-label="Members">
      <header class="list-head">
        <h2>
          Members <small>{count(members.length)}</small>
        </h2>
        <input
          type="search"
          aria-label="Find a member"
          placeholder="find a member"
          value={wanted}
          onInput={({ currentTarget }) => want(currentTarget.value)}
        />
      </header>
      <ul>
        {members.slice(0, shown).map(({ row, address }) => (
          <Member key={world.numbers[row]} row={row} address={address} island={island} />
        ))}
      </ul>
      {members.length > shown && (
        <button class="more" onClick={() => show(shown + kPage)}>
          Show more of {plural(members.length, 'member')}
        </button>
      )}
    </section>
  );
}

function Member({ row, address, island }: { row: number; address: string; island: Island }) {
  void news.value;
  const [x, z] = [world.targetX(row), world.targetZ(row)];
  return (
    <li>
      <a class="row" href={toPlayer(address)}>
        <span class="mono row-name">{shortAddress(address)}</span>
        <span class="row-note">{parcel(x, z)}</span>
        <span class="row-note row-age">{metres(Math.hypot(x - island.x, z - island.z))}</span>
      </a>
    </li>
  );
}
