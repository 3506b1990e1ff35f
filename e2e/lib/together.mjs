// When two players are on one island, whichever of them was told so last.
import { until } from './wait.mjs';

/** So long one player is listened to before the other's turn, ms. */
const TURN_MS = 50;

/** The next island of a player within a turn, or nothing. */
async function soon(player) {
  const inbox = player.islands ?? player.connection.packets;
  const isIsland = (item) => item?.islandId !== undefined || item?.$case === 'islandChanged';
  const item = await inbox.take('an island', isIsland, TURN_MS).catch(() => undefined);
  return item?.islandChanged ?? item;
}

/**
 * Waits until all were told the same island last: [what each was told]. Members who were there already are told nothing when
 * somebody comes, so nobody can wait for one player alone.
 * @param {{island: Function}[]} players DirectPlayer, BffPlayer, MadeUpPlayer
 */
export async function together(...players) {
  const told = await Promise.all(players.map((player) => player.island()));
  const same = () => told.every(({ islandId }) => islandId === told[0].islandId);
  const listen = async () => {
    for (const [i, player] of players.entries()) told[i] = (await soon(player)) ?? told[i];
  };
  await until(async () => same() || (await listen()) || same(), 'the players are on one island');
  return told;
}
