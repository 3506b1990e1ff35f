// Finding players by the beginning of their address, without making texts of all of them.
import type { World } from './world';

const kAddressBytes = 20;

/** Rows of at most `limit` players whose address begins so (with or without 0x), and how many there are in all. */
export function findPlayers(world: World, prefix: string, limit: number): { rows: number[]; total: number } {
  const digits = prefix.trim().toLowerCase().replace(/^0x/, '');
  const rows: number[] = [];
  if (!/^[0-9a-f]{1,40}$/.test(digits)) return { rows, total: 0 };
  let total = 0;
  for (let row = 0; row < world.count; row += 1) {
    if (!beginsWith(world.addresses, row * kAddressBytes, digits)) continue;
    total += 1;
    if (rows.length < limit) rows.push(row);
  }
  return { rows, total };
}

/** The row of the player with exactly this address, or -1. */
export function findPlayer(world: World, address: string): number {
  return /^0x[0-9a-f]{40}$/i.test(address) ? (findPlayers(world, address, 1).rows[0] ?? -1) : -1;
}

function beginsWith(bytes: Uint8Array, at: number, digits: string): boolean {
  for (let i = 0; i < digits.length; i += 1) {
    const byte = bytes[at + (i >> 1)];
    if ((i % 2 === 0 ? byte >> 4 : byte & 15) !== parseInt(digits[i], 16)) return false;
  }
  return true;
}
