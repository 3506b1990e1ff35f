// The protocol log as a page: each message decoded, newest last; only the rows that are seen are made.
import { computed, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { arrow, clock, fieldsText, filtered, logText, type Entry } from './log';
import { Copy } from './pieces';
import { hexDump } from './text';
import { visitor } from './visitor';

const ROW = 24; // px, as in visit.css
const SPARE = 8; // rows made above and below what is seen

const text = signal('');
const folds = signal(true);
const chosen = signal<Entry | null>(null);
const scroll = signal({ top: 0, height: 400 });
const follows = signal(true);

const shown = computed(() => {
  void visitor.log.version.value;
  return filtered(visitor.log.all(), { text: text.value, fold: folds.value });
});

export function Wire() {
  return (
    <div class="visit-wire">
      <Tools />
      <Rows />
      {chosen.value && <Details entry={chosen.value} />}
    </div>
  );
}

function Tools() {
  const { paused } = visitor.log;
  const { entries, folded } = shown.value;
  const clear = (): void => {
    visitor.log.clear();
    chosen.value = null;
  };
  return (
    <div class="visit-tools">
      <input
        type="search"
        aria-label="Filter by kind"
        placeholder="Filter: chat, room…"
        value={text.value}
        spellcheck={false}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
      <button aria-pressed={paused.value} onClick={() => (paused.value = !paused.value)}>
        {paused.value ? 'Go on' : 'Pause'}
      </button>
      <button onClick={clear}>Clear</button>
      <Copy text={() => logText(entries)} what="the log" />
      <label>
        <input type="checkbox" checked={folds.value} onChange={() => (folds.value = !folds.value)} />
        Fold heartbeats and positions
      </label>
      <small role="status">
        {entries.length} shown{folded > 0 && `, ${folded} folded`}
      </small>
    </div>
  );
}

function Rows() {
  const list = useRef<HTMLDivElement>(null);
  const { entries } = shown.value;
  const { top, height } = scroll.value;
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const some = entries.slice(first, Math.ceil((top + height) / ROW) + SPARE);
  useEffect(() => {
    const { current: box } = list;
    if (box && follows.value) box.scrollTop = box.scrollHeight;
  }, [entries]);
  return (
    <div
      class="visit-rows scrolls"
      ref={list}
      role="listbox"
      aria-label="Messages"
      aria-activedescendant={chosen.value ? `visit-entry-${chosen.value.id}` : undefined}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        scroll.value = { top: scrollTop, height: clientHeight };
        follows.value = scrollTop + clientHeight >= scrollHeight - ROW;
      }}
      onKeyDown={(event) => walk(event, entries, list.current)}
    >
      <div style={{ height: `${entries.length * ROW}px` }}>
        {some.map((entry, i) => (
          <Row key={entry.id} entry={entry} top={(first + i) * ROW} />
        ))}
      </div>
      {entries.length === 0 && <p class="empty">Nothing yet: messages of a visit appear here, in both directions.</p>}
    </div>
  );
}

/** Up and down choose, as in any list. */
function walk(event: KeyboardEvent, entries: Entry[], box: HTMLElement | null): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.key === 'Escape') chosen.value = null;
  if (!step || !box) return;
  event.preventDefault();
  const at = entries.findIndex(({ id }) => id === chosen.value?.id);
  const next = Math.min(Math.max(at < 0 ? entries.length - 1 : at + step, 0), entries.length - 1);
  chosen.value = entries[next] ?? null;
  const top = next * ROW;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
}

function Row({ entry, top }: { entry: Entry; top: number }) {
  const { id, at, direction, channel, kind, fields } = entry;
  const isChosen = chosen.value?.id === id;
  return (
    <div
      id={`visit-entry-${id}`}
      class="visit-row"
      role="option"
      aria-selected={isChosen}
      data-direction={direction}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => (chosen.value = isChosen ? null : entry)}
    >
      <time>{clock(at).slice(3)}</time>
      <span class="visit-arrow" title={direction === 'in' ? 'from the server' : direction === 'out' ? 'to the server' : ''}>
        {arrow(direction)}
      </span>
      <span class="visit-channel">{channel}</span>
      <b>{kind}</b>
      <span class="visit-fields">{preview(fields)}</span>
    </div>
  );
}

/** A message does not change: its text is made once. */
const previews = new WeakMap<object, string>();

function preview(fields: unknown): string {
  if (typeof fields !== 'object' || fields === null) return '';
  let made = previews.get(fields);
  if (made === undefined) previews.set(fields, (made = fieldsText(fields, 0).slice(1, -1).slice(0, 160)));
  return made;
}

function Details({ entry }: { entry: Entry }) {
  const { at, direction, kind, fields, bytes } = entry;
  const json = fieldsText(fields);
  return (
    <section class="visit-details" aria-label="Message">
      <header>
        <b>
          {arrow(direction)} {kind}
        </b>
        <small>
          {clock(at)}
          {bytes && `, ${bytes.length} bytes`}
        </small>
        <Copy text={json} what="the fields" />
        <button class="text" aria-label="Close the message" onClick={() => (chosen.value = null)}>
          ✕
        </button>
      </header>
      <pre class="mono scrolls" tabIndex={0} data-test="fields">
        {json}
      </pre>
      {bytes && (
        <details class="visit-raw">
          <summary>Bytes</summary>
          <pre class="mono scrolls" tabIndex={0} data-test="bytes">
            {hexDump(bytes)}
          </pre>
        </details>
      )}
    </section>
  );
}
