// The page's addresses: #/, #/island/ID, #/player/0x…

export type Route = { page: 'realm' } | { page: 'island'; id: string } | { page: 'player'; address: string };

export function parseRoute(hash: string): Route {
  const [, kind, rest = ''] = /^#?\/?([a-z]*)\/?(.*)$/.exec(hash) ?? [];
  let what = '';
  try {
    what = decodeURIComponent(rest);
  } catch {
    return { page: 'realm' };
  }
  if (kind === 'island' && what !== '' && what.length <= 256) return { page: 'island', id: what };
  if (kind === 'player' && /^0x[0-9a-f]{40}$/i.test(what)) return { page: 'player', address: what.toLowerCase() };
  return { page: 'realm' };
}

export const toRealm = '#/';
export const toIsland = (id: string): string => `#/island/${encodeURIComponent(id)}`;
export const toPlayer = (address: string): string => `#/player/${address}`;
