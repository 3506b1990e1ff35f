// A player's page: where it is, with whom, and why.
import { findPlayer } from '../feed/search';
import { news, realm, world } from '../feed/store';
import { bearings, parcel, plural, shortAddress, shortId } from '../shell/format';
import { Icon } from '../shell/icons';
import { toIsland } from '../shell/routes';
import { stage } from '../map/view';
import { PageHead } from './head';
import { Swatch } from './swatch';
import { Why } from './why';

export function PlayerPage({ address }: { address: string }) {
  void news.value;
  const row = findPlayer(world, address);
  const island = row >= 0 ? world.home(row) : undefined;
  return (
    <article aria-label={`Player ${address}`}>
      <PageHead
        title={shortAddress(address)}
        whole={address}
        kind="Player"
        swatch={island && <Swatch colour={island.colour} />}
      />
      {row < 0 ? <Absent /> : <Facts row={row} />}
      {island && <Why key={`${address} ${island.id}`} island={island.id} question={address} title="Why here" />}
    </article>
  );
}

function Absent() {
  if (!realm.value) return <p class="empty">Waiting for the realm…</p>;
  const text =
    realm.value.privacy === 'none'
      ? 'This realm does not tell who is where.'
      : 'This player is not here now. The page shows it as soon as it comes.';
  return <p class="empty">{text}</p>;
}

function Facts({ row }: { row: number }) {
  void news.value;
  const island = world.home(row);
  const [x, z] = [world.targetX(row), world.targetZ(row)];
  const coarse = realm.value?.privacy === 'parcel';
  return (
    <>
      <dl class="facts">
        <div class="fact-wide">
          <dt>Island</dt>
          <dd>
            {island ? (
              <a class="mono" href={toIsland(island.id)}>
                <Swatch colour={island.colour} /> {shortId(island.id)}
              </a>
            ) : (
              'none yet'
            )}
            {island && <small> with {plural(island.players - 1, 'other')}</small>}
          </dd>
        </div>
        <div>
          <dt>Parcel</dt>
          <dd>{parcel(x, z)}</dd>
        </div>
        <div class="fact-wide">
          <dt>Position</dt>
          <dd>{coarse ? 'told to the parcel only' : bearings(x, z)}</dd>
        </div>
      </dl>
      <div class="acts">
        <button onClick={() => locate(row)}>
          <Icon name="pin" /> Show on the map
        </button>
      </div>
    </>
  );
}

export function locate(row: number): void {
  const at = stage.value;
  if (at) at.fly(at.camera.centred(world.targetX(row), world.targetZ(row), Math.max(3, at.camera.scale)));
}
