// What camera, colours and outlines promise.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUpdate, Frame } from '../feed/decode';
import { players, update } from '../feed/written.mjs';
import { World } from '../feed/world';
import { Camera, flight, gridStep, kMaxScale } from './camera';
import { colourFor, kColours, kNoColour, palette } from './colours';
import { Hulls, kCornerFloats, kCorners, kMargin, outlineIndices } from './hulls';
import { pick } from './pick';
import { gridLines } from './renderer';

const near = (a, b, by = 1e-6) => assert.ok(Math.abs(a - b) <= by, `${a} is not ${b}`);

function camera() {
  return Object.assign(new Camera(), { width: 1000, height: 600, scale: 2 });
}

test('A point comes back from the screen, and north is up', () => {
  const view = camera();
  view.pan(30, -12);
  near(view.worldX(view.screenX(17)), 17);
  near(view.worldZ(view.screenY(-5)), -5);
  assert.ok(view.screenY(10) < view.screenY(0));
});

test('Zooming leaves what is under the pointer there, and has ends', () => {
  const view = camera();
  const before = [view.worldX(120), view.worldZ(500)];
  view.zoomAt(3, 120, 500);
  near(view.worldX(120), before[0]);
  near(view.worldZ(500), before[1]);
  view.zoomAt(1e9, 0, 0);
  assert.equal(view.scale, kMaxScale);
});

test('What is fitted lies beside the panels', () => {
  const view = camera();
  view.inset = { left: 0, top: 50, right: 400, bottom: 0 };
  view.show(view.fitted({ minX: -100, minZ: -300, maxX: 900, maxZ: 200 }));
  for (const [x, z] of [[-100, -300], [900, 200]]) {
    assert.ok(view.screenX(x) >= 0 && view.screenX(x) <= 600, `${view.screenX(x)}`);
    assert.ok(view.screenY(z) >= 50 && view.screenY(z) <= 600, `${view.screenY(z)}`);
  }
});

test('A flight begins and ends where it should, and rises on a long way', () => {
  const [from, to] = [{ x: 0, z: 0, scale: 4 }, { x: 5000, z: 0, scale: 2 }];
  near(flight(from, to, 1000, 0).scale, 4);
  near(flight(from, to, 1000, 1).x, 5000);
  near(flight(from, to, 1000, 1).scale, 2);
  assert.ok(flight(from, to, 1000, 0.5).scale < 0.5);
});

test('Grids are of parcels, and never too fine to see', () => {
  assert.equal(gridStep(1, 9), 16);
  assert.equal(gridStep(0.2, 9), 80);
  assert.equal(gridStep(0.1, 9), 160);
  for (const scale of [0.004, 0.05, 1, 24]) {
    const view = Object.assign(camera(), { scale });
    assert.ok(gridLines(view, 1, [1, 1, 1], 1).length < 12 * 400, `${scale}`);
  }
});

test('Colours are apart from each other in both themes', () => {
  for (const theme of ['dark', 'light']) {
    const colours = palette(theme);
    assert.equal(colours.length, kColours + 1);
    for (const [i, a] of colours.entries())
      for (const b of colours.slice(i + 1)) assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) > 0.1, `${theme} ${i}`);
  }
});

test('Islands beside each other differ, keep their colours, and the lonely have none', () => {
  const islands = Array.from({ length: 16 }, (_, i) => ({
    number: i + 1,
    players: 10,
    x: (i % 4) * 60,
    z: Math.floor(i / 4) * 60,
    radius: 30,
    colour: kNoColour,
  }));
  colourFor(islands);
  for (const a of islands)
    for (const b of islands)
      if (a !== b && Math.hypot(a.x - b.x, a.z - b.z) < 120) assert.notEqual(a.colour, b.colour, `${a.number} ${b.number}`);
  const before = islands.map(({ colour }) => colour);
  colourFor(islands);
  assert.deepEqual(islands.map(({ colour }) => colour), before);
  islands[3].players = 1;
  colourFor(islands);
  assert.equal(islands[3].colour, kNoColour);
});

test('Colouring ten thousand islands of any size is bounded work', () => {
  const giants = Array.from({ length: 300 }, (_, i) => ({ number: i + 1, players: 2, x: i, z: i, radius: 1e7, colour: kNoColour }));
  colourFor(giants);
  assert.ok(giants.every(({ colour }) => colour >= 0 && colour < kColours));
});

function square() {
  const world = new World();
  const frame = new Frame();
  const rows = [[1, 0, 0, 4, 1], [2, 1000, 0, 4, 2], [3, 1000, 1000, 4, 3], [4, 0, 1000, 4, 4]];
  decodeUpdate(update({ whole: true, islands: [{ number: 4, players: 4, x: 500, z: 500, radius: 707 }], players: players(...rows) }), frame);
  world.apply(frame, 0);
  return world;
}

test('An outline holds its members and a margin, and not what is farther', () => {
  const hulls = new Hulls();
  hulls.update(square(), 0);
  assert.deepEqual(hulls.ids, [4]);
  for (const [x, z] of [[0, 0], [100, 100], [50, 50], [0, 100], [-kMargin + 0.1, 50]]) assert.ok(hulls.holds(0, x, z, 0, 2), `${x} ${z}`);
  for (const [x, z] of [[-kMargin - 0.1, 50], [120, 120], [50, 111]]) assert.ok(!hulls.holds(0, x, z, 0, 2), `${x} ${z}`);
});

test('While members walk, the outline between two updates holds them all', () => {
  const world = square();
  const hulls = new Hulls();
  hulls.update(world, 0);
  const frame = new Frame();
  decodeUpdate(update({ players: { number: [1, 3], x: [-600, 400], z: [300, 2000], island: [4, 4] } }), frame);
  world.apply(frame, 10);
  hulls.update(world, 10);
  for (let now = 10; now <= 12.2; now += 0.1)
    for (let row = 0; row < world.count; row += 1)
      assert.ok(hulls.holds(0, world.xAt(row, now), world.zAt(row, now), now, world.glide), `${row} at ${now}`);
});

test('Outlines are laid out as the indices say', () => {
  const hulls = new Hulls();
  hulls.update(square(), 0);
  const { fill, line } = outlineIndices();
  assert.equal(fill.length % 3, 0);
  assert.ok([...fill, ...line].every((index) => index >= 0 && index < kCorners));
  assert.ok(fill.every((index) => index % 2 === 0));
  assert.ok(hulls.corners.length >= kCorners * kCornerFloats);
});

test('The pointer finds the player first, then the island, then nothing', () => {
  const world = square();
  const hulls = new Hulls();
  hulls.update(world, 0);
  const view = camera();
  const at = (x, z) => pick(world, hulls, view, view.screenX(x), view.screenY(z), 0);
  assert.deepEqual(at(99, 101), { player: 3, island: 4 });
  assert.deepEqual(at(50, 50), { player: 0, island: 4 });
  assert.deepEqual(at(-50, 50), { player: 0, island: 0 });
});
