// The map as a part of the page: canvases, buttons, what is under the pointer, and what a click does.
import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { calm, link, news, realm, stale, world } from '../feed/store';
import { findPlayer } from '../feed/search';
import { guest } from '../shell/door';
import { parcel, plural, shortAddress, shortId } from '../shell/format';
import { Icon } from '../shell/icons';
import { go, route } from '../shell/route';
import { toIsland, toPlayer, toRealm } from '../shell/routes';
import { theme } from '../shell/theme';
import { css, palette } from './colours';
import { listen } from './input';
import { stageLook } from './look';
import { type Hit, kNothing } from './pick';
import { Stage } from './stage';

/** The one map of the page, once it is there. */
export const stage = signal<Stage | null>(null);
const tip = signal<{ px: number; py: number; hit: Hit } | null>(null);
const isDrawable = signal(true);

export function MapView() {
  const frame = useRef<HTMLDivElement>(null);
  const ground = useRef<HTMLCanvasElement>(null);
  useEffect(() => mount(frame.current!, ground.current!), []);
  const quiet = stale.value > 0 || link.value.state !== 'live';
  return (
    <main class="map" data-quiet={quiet}>
      <div
        ref={frame}
        class="map-ground"
        tabIndex={0}
        role="application"
        aria-label="Map of the world: arrows move it, plus and minus zoom, F shows everybody"
      >
        <canvas ref={ground} aria-hidden="true" />
      </div>
      <Tip />
      <Notice />
      <div class="map-buttons" role="group" aria-label="Map">
        <button class="icon" onClick={() => stage.value?.zoom(1.6)} aria-label="Zoom in" title="Zoom in (+)">
          <Icon name="plus" />
        </button>
        <button class="icon" onClick={() => stage.value?.zoom(1 / 1.6)} aria-label="Zoom out" title="Zoom out (-)">
          <Icon name="minus" />
        </button>
        <button class="icon" onClick={() => stage.value?.fit()} aria-label="Show everybody" title="Show everybody (F)">
          <Icon name="fit" />
        </button>
      </div>
    </main>
  );
}

function mount(frame: HTMLElement, ground: HTMLCanvasElement): () => void {
  const made = new Stage(world, ground);
  made.camera.inset = insetOf(frame);
  const sizes = new ResizeObserver(() => made.resize(insetOf(frame)));
  sizes.observe(frame); // its padding, too: what is observed is what panels leave free
  isDrawable.value = made.start();
  stage.value = made;
  const ends = [
    listen(frame, made, { hover: (at) => hover(made, at), click: (at) => click(made, at) }),
    effect(() => made.restyle(stageLook(theme.value, document.documentElement))),
    effect(() => choose(made)),
    effect(() => {
      made.calm = calm.value;
      made.visitor = guest.value?.visitor.position.value ?? null;
      made.reach = { join: realm.value?.join ?? 0, leave: realm.value?.leave ?? 0 };
      made.touch();
    }),
    firstFit(made),
    () => sizes.disconnect(),
    () => made.stop(),
  ];
  return () => ends.forEach((end) => end());
}

/** Panels lie over the map: theme.css says how much of it they cover. */
function insetOf(frame: Element): Stage['camera']['inset'] {
  const style = getComputedStyle(frame);
  const pixels = (name: string) => parseFloat(style.getPropertyValue(name)) || 0;
  return {
    left: pixels('padding-left'),
    right: pixels('padding-right'),
    top: pixels('padding-top'),
    bottom: pixels('padding-bottom'),
  };
}

/** Shows everybody as soon as there is somebody, once. */
function firstFit(made: Stage): () => void {
  let fitted = false;
  return effect(() => {
    void news.value;
    if (fitted || world.count === 0) return;
    fitted = true;
    made.fit(true);
  });
}

/** What the page is about stands out on the map. */
function choose(made: Stage): void {
  void news.value;
  const at = route.value;
  made.selected = kNothing;
  if (at.page === 'island') made.selected = { player: 0, island: world.island(at.id)?.number ?? 0 };
  if (at.page === 'player') {
    const row = findPlayer(world, at.address);
    if (row >= 0) made.selected = { player: world.numbers[row], island: world.homes[row] };
  }
  made.touch();
}

function hover(made: Stage, at: { px: number; py: number } | null): void {
  const hit = at ? made.at(at.px, at.py) : kNothing;
  if (hit.player !== made.hovered.player || hit.island !== made.hovered.island) made.touch();
  made.hovered = hit;
  tip.value = at && (hit.player || hit.island) ? { ...at, hit } : null;
}

function click(made: Stage, { px, py, withShift }: { px: number; py: number; withShift: boolean }): void {
  const hit = made.at(px, py);
  const row = world.rowOf(hit.player);
  const walker = guest.value?.visitor;
  const island = world.islands.get(hit.island);
  if (row >= 0 && world.address(row)) go(toPlayer(world.address(row)));
  else if (walker?.position.value && !withShift) walker.walkTo(made.camera.worldX(px), made.camera.worldZ(py));
  else if (island) go(toIsland(island.id));
  else go(toRealm);
}

function Tip() {
  void news.value;
  const shown = tip.value;
  if (!shown) return null;
  const row = world.rowOf(shown.hit.player);
  const island = world.islands.get(shown.hit.island);
  const now = performance.now() / 1000;
  return (
    <div class="tip" style={{ transform: `translate(${shown.px + 14}px, ${shown.py + 14}px)` }} aria-hidden="true">
      {row >= 0 && <b class="mono">{shortAddress(world.address(row))}</b>}
      {row >= 0 && <span>parcel {parcel(world.xAt(row, now), world.zAt(row, now))}</span>}
      {island && (
        <span>
          <i class="swatch" style={{ background: css(palette(theme.value)[island.colour]) }} />
          {shortId(island.id)} · {plural(island.players, 'player')} of {island.maxPlayers}
        </span>
      )}
    </div>
  );
}

/** What the map cannot show, and why. */
function Notice() {
  void news.value;
  const told = realm.value;
  if (!isDrawable.value)
    return <p class="notice">This browser cannot draw the map (WebGL 2 is off). Everything else works.</p>;
  if (!told) return null;
  if (told.privacy === 'none')
    return (
      <div class="notice">
        <h2>This realm keeps places to itself</h2>
        <p>Only how many players and islands there are is told, not who is where.</p>
      </div>
    );
  if (world.count > 0) return null;
  return (
    <div class="notice">
      <h2>Nobody here yet</h2>
      <p>Be the first: visit as a guest. Or bring a crowd:</p>
      <code>archipelago swarm --realm {location.origin} --peers 200</code>
    </div>
  );
}
