// Inside: where one stands, who is near, and what is said.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { metres, shortId } from '../shell/format';
import { toIsland, toPlayer } from '../shell/routes';
import { MOST_LETTERS, type ChatLine } from './chat';
import { clock } from './log';
import type { Person } from './people';
import { Who, people } from './pieces';
import { clean, hueOf } from './text';
import { visitor } from './visitor';
import { parcel, type Place } from './walker';

const RANGE = 100; // metres around, in the circle
const MOST_DOTS = 120;
const MOST_ROWS = 100;
const FIRST_ROWS = 5;

export function Here() {
  const { value: at } = visitor.position;
  if (!at) return <p class="empty">You are nowhere yet. “Visit now” takes you in; the guide goes step by step.</p>;
  return (
    <div class="visit-here">
      <section class="visit-you" aria-label="You">
        <Circle at={at} />
        <Whereabouts at={at} />
      </section>
      <Near at={at} />
      <Talk />
    </div>
  );
}

/** Those around, seen from above; a click walks there. */
function Circle({ at }: { at: Place }) {
  const dots = visitor.near.value.filter(({ distance }) => distance !== null && distance <= RANGE).slice(0, MOST_DOTS);
  const walk = ({ currentTarget, clientX, clientY }: MouseEvent): void => {
    const { left, top, width } = (currentTarget as Element).getBoundingClientRect();
    const scale = (2 * RANGE) / width;
    visitor.walkTo(at.x + (clientX - left - width / 2) * scale, at.z - (clientY - top - width / 2) * scale);
  };
  return (
    <div
      class="visit-circle"
      tabIndex={0}
      role="application"
      aria-label="Walk: arrow keys or W A S D, with Shift faster, or a click"
      onClick={walk}
    >
      <svg viewBox="-100 -100 200 200" aria-hidden="true">
        <circle r="99" class="visit-far" />
        <circle r="50" class="visit-ring" />
        <path d="M0-99V99M-99 0H99" class="visit-ring" />
        {dots.map(({ address, at: there }) => (
          <circle
            key={address}
            r="5"
            class="visit-dot"
            style={{
              '--hue': hueOf(address),
              transform: `translate(${(there as Place).x - at.x}px, ${at.z - (there as Place).z}px)`,
            }}
          />
        ))}
        <circle r="5.5" class="visit-me" />
      </svg>
      <small>{RANGE} m</small>
    </div>
  );
}

function Whereabouts({ at }: { at: Place }) {
  const teleport = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [x, z] = [form.get('x'), form.get('z')].map((text) => Number.parseFloat(String(text)));
    visitor.teleport(x as number, z as number);
  };
  const { value: island } = visitor.islandId;
  return (
    <div class="visit-whereabouts">
      <p class="visit-place">
        <b>{island ? <a href={toIsland(island)} title={island}>{shortId(island)}</a> : nowhere()}</b>
        <span class="mono" data-test="position">
          {at.x.toFixed(1)}, {at.z.toFixed(1)}
        </span>
        <small>parcel {parcel(at)}</small>
      </p>
      <form class="visit-teleport" onSubmit={teleport} aria-label="Teleport">
        <label>
          x <input name="x" inputMode="decimal" required pattern="-?[0-9]+([.][0-9]*)?" placeholder="0" autocomplete="off" />
        </label>
        <label>
          z <input name="z" inputMode="decimal" required pattern="-?[0-9]+([.][0-9]*)?" placeholder="0" autocomplete="off" />
        </label>
        <button>Go</button>
      </form>
      {visitor.protocol.value !== 'fixed' && (
        <label class="visit-wish" title="desired_room of the heartbeat: a wish between islands that are near enough">
          wish
          <input
            value={visitor.wish.value}
            placeholder="desired island"
            maxLength={64}
            spellcheck={false}
            autocomplete="off"
            onInput={({ currentTarget }) => (visitor.wish.value = currentTarget.value.trim())}
          />
        </label>
      )}
    </div>
  );
}

const nowhere = (): string => (visitor.island.value ? 'One room' : 'No island yet');

const showsAll = signal(false);

function Near({ at }: { at: Place }) {
  const all = visitor.near.value;
  const shown = all.slice(0, showsAll.value ? MOST_ROWS : FIRST_ROWS);
  return (
    <section class="visit-near" aria-label="Who is near">
      <h3>
        Who is near <small>{people(all.length)}</small>
      </h3>
      {all.length === 0 && <p class="visit-none">{alone()}</p>}
      <ul>
        {shown.map((person) => (
          <Neighbour key={person.address} person={person} from={at} />
        ))}
      </ul>
      {all.length > FIRST_ROWS && (
        <button class="text" onClick={() => (showsAll.value = !showsAll.value)}>
          {showsAll.value ? 'Fewer' : `All ${all.length}`}
        </button>
      )}
    </section>
  );
}

function alone(): string {
  const { state, why } = visitor.room.value;
  if (state === 'failed') return why?.words ?? 'The room cannot be entered.';
  if (visitor.room.value.kind === 'offline') return 'This realm does not connect people.';
  return state === 'open' ? 'Nobody else is on this island yet. Open this page twice, or walk to others.' : 'The room is not open yet.';
}

function Neighbour({ person: { address, at, distance }, from }: { person: Person; from: Place }) {
  return (
    <li data-address={address}>
      <a href={toPlayer(address)} aria-label={`Player ${address}`}>
        <Who address={address} />
      </a>
      <span class="visit-distance">{distance === null ? 'somewhere' : metres(distance)}</span>
      <button
        class="text"
        disabled={!at}
        aria-label={`Walk to ${address}`}
        onClick={() => at && visitor.walkTo(at.x + Math.sign(from.x - at.x || 1), at.z)}
      >
        Walk there
      </button>
    </li>
  );
}

// --- the chat -------------------------------------------------------------------------------------------------------

function Talk() {
  const { value: room } = visitor.room;
  const mute = room.state === 'failed';
  const say = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const field = form.elements.namedItem('text') as HTMLInputElement;
    if (visitor.say(field.value)) field.value = '';
  };
  return (
    <section class="visit-talk" aria-label="Chat">
      <h3>Chat</h3>
      <ChatLog />
      <form onSubmit={say}>
        <input
          name="text"
          aria-label="Say something"
          placeholder={mute ? 'There is no room to talk in' : 'Say something to the island'}
          maxLength={MOST_LETTERS}
          autocomplete="off"
          disabled={mute}
        />
        <button class="primary" disabled={mute}>
          Say
        </button>
      </form>
    </section>
  );
}

function ChatLog() {
  const list = useRef<HTMLUListElement>(null);
  const follows = useRef(true);
  const lines = visitor.chat.lines.value;
  useEffect(() => {
    if (follows.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [lines]);
  const scrolled = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: { currentTarget: HTMLElement }): void => {
    follows.current = scrollTop + clientHeight >= scrollHeight - 24;
  };
  return (
    <ul class="visit-lines scrolls" ref={list} role="log" aria-label="What was said" tabIndex={0} onScroll={scrolled}>
      {lines.map((line) => (
        <Line key={line.id} line={line} />
      ))}
    </ul>
  );
}

const DELIVERY: Record<ChatLine['delivery'], string> = { sent: '', waiting: ' · waits for the room', lost: ' · not sent' };

function Line({ line: { from, text, own, at, delivery } }: { line: ChatLine }) {
  if (from === null)
    return (
      <li class="visit-remark">
        <time>{clock(at).slice(0, 5)}</time> {text}
      </li>
    );
  return (
    <li class="visit-said" data-own={own} data-delivery={delivery}>
      <header>
        <Who address={from} own={own} />
        <time>
          {clock(at).slice(0, 5)}
          {DELIVERY[delivery]}
        </time>
      </header>
      <bdi dir="auto">{own ? clean(text, MOST_LETTERS) : text}</bdi>
    </li>
  );
}
