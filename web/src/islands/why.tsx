// The answers to "why am I here?", for one player and for a whole island.
import { useEffect, useState } from 'preact/hooks';
import { news, realm, world } from '../feed/store';
import { metres, plural, shortAddress, shortId } from '../shell/format';
import { toIsland, toPlayer } from '../shell/routes';
import { type Answer, ask, type Border, borders, type Explanation, inWords, type Neighbour, verdict } from './explain';
import { Swatch } from './swatch';

type Asked = { state: 'asking' } | { state: 'told'; answer: Answer } | { state: 'failed'; why: string };

/** Asks when it appears, and whenever it is told to ask again. */
export function Why({ island, question, title }: { island: string; question: string; title: string }) {
  const [asked, set] = useState<Asked>({ state: 'asking' });
  const [round, again] = useState(0);
  useEffect(() => {
    const gone = new AbortController();
    set((before) => (before.state === 'told' ? before : { state: 'asking' }));
    ask(island, question, gone.signal)
      .then((answer) => set({ state: 'told', answer }))
      .catch((error: Error) => {
        if (!gone.signal.aborted) set({ state: 'failed', why: error.message });
      });
    return () => gone.abort();
  }, [island, question, round]);
  return (
    <section class="why" aria-label={title} aria-busy={asked.state === 'asking'}>
      <header class="list-head">
        <h2>{title}</h2>
        <button class="text" onClick={() => again(round + 1)}>
          Ask again
        </button>
      </header>
      {asked.state === 'asking' && <p class="empty">Asking the realm…</p>}
      {asked.state === 'failed' && <p class="empty problem">{asked.why}</p>}
      {asked.state === 'told' &&
        (question === '1' ? <Whole answer={asked.answer} island={island} /> : <One answer={asked.answer} />)}
    </section>
  );
}

function One({ answer }: { answer: Answer }) {
  const [why] = answer.players;
  if (!why) return <p class="empty">The realm knows nothing of this player.</p>;
  const join = realm.value?.join ?? 0;
  return (
    <>
      <Sentences why={why} join={join} />
      <h3>Nearest</h3>
      <ul class="nearest">
        {why.nearest.map((one) => (
          <Near key={one.player} one={one} farthest={why.nearest.at(-1)!.distance} />
        ))}
      </ul>
    </>
  );
}

function Sentences({ why, join }: { why: Explanation; join: number }) {
  return (
    <ul class="said">
      {inWords(why, join).map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function Near({ one, farthest }: { one: Neighbour; farthest: number }) {
  void news.value;
  const island = world.island(one.island);
  const part = farthest > 0 ? Math.max(2, (one.distance / farthest) * 100) : 2;
  return (
    <li class="near" data-apart={one.apart}>
      <a class="mono" href={toPlayer(one.player)}>
        {shortAddress(one.player)}
      </a>
      <span class="near-way" aria-hidden="true">
        <i style={{ width: `${part}%` }} />
      </span>
      <span class="near-far">{metres(one.distance)}</span>
      <span class="near-verdict">
        {one.apart !== 'together' && island && (
          <a class="mono" href={toIsland(island.id)}>
            <Swatch colour={island.colour} /> {shortId(island.id)}
          </a>
        )}
        {verdict[one.apart]}
      </span>
    </li>
  );
}

function Whole({ answer, island }: { answer: Answer; island: string }) {
  const join = realm.value?.join ?? 0;
  const edges = borders(answer, island);
  const near = edges.filter(({ nearest }) => nearest <= join);
  return (
    <>
      <p class="said">
        {near.length === 0
          ? `No other island has anybody within ${Math.round(join)} m of those asked: nothing to merge with.`
          : `${plural(near.length, 'island')} within ${Math.round(join)} m. What keeps them apart:`}
      </p>
      <ul class="nearest">
        {edges.slice(0, 12).map((edge) => (
          <Edge key={edge.island} edge={edge} />
        ))}
      </ul>
      {!answer.complete && <p class="empty">Told of the first {answer.players.length} members.</p>}
    </>
  );
}

const merges: Record<Border['apart'], string> = {
  together: 'share a member',
  distance: 'too far to merge',
  capacity: 'too many for one island',
  cooldown: 'members changed islands a moment ago',
  wish: 'members are where they wished to be',
  waiting: 'the next flush brings them together',
};

function Edge({ edge }: { edge: Border }) {
  const other = world.island(edge.island);
  return (
    <li class="near" data-apart={edge.apart}>
      <a class="mono" href={toIsland(edge.island)}>
        {other && <Swatch colour={other.colour} />} {shortId(edge.island)}
      </a>
      <span class="near-way">{plural(edge.pairs, 'near pair')}</span>
      <span class="near-far">{metres(edge.nearest)}</span>
      <span class="near-verdict">{merges[edge.apart]}</span>
    </li>
  );
}
