// What is under the pointer.
import type { World } from '../feed/world';
import type { Camera } from './camera';
import { type Hulls, kMargin } from './hulls';

/** Numbers as in the feed; 0: none. The island is that of the player, or the smallest whose outline holds the point. */
export interface Hit {
  player: number;
  island: number;
}

export const kNothing: Hit = { player: 0, island: 0 };

/** The player nearest to the pixel and within `reach` pixels, else the island there. */
export function pick(world: World, hulls: Hulls, camera: Camera, px: number, py: number, now: number, reach = 9): Hit {
  const [x, z] = [camera.worldX(px), camera.worldZ(py)];
  const row = nearestRow(world, x, z, reach / camera.scale, now);
  if (row >= 0) return { player: world.numbers[row], island: world.homes[row] };
  return { player: 0, island: islandAt(world, hulls, x, z, now) };
}

function nearestRow(world: World, x: number, z: number, within: number, now: number): number {
  let best = within * within;
  let found = -1;
  for (let row = 0; row < world.count; row += 1) {
    const dx = world.xAt(row, now) - x;
    const dz = world.zAt(row, now) - z;
    const square = dx * dx + dz * dz;
    if (square > best) continue;
    best = square;
    found = row;
  }
  return found;
}

function islandAt(world: World, hulls: Hulls, x: number, z: number, now: number): number {
  let found = 0;
  let smallest = Infinity;
  for (const [index, number] of hulls.ids.entries()) {
    const island = world.islands.get(number);
    if (!island || island.radius >= smallest) continue;
    const far = island.radius + kMargin + 60; // it may have moved on since its centre was told
    if (Math.abs(island.x - x) > far || Math.abs(island.z - z) > far) continue;
    if (!hulls.holds(index, x, z, now, world.glide)) continue;
    found = number;
    smallest = island.radius;
  }
  return found;
}
