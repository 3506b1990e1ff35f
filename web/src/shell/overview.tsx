// The realm at a glance: counts, rates with their curves, all islands.
import { IslandList } from '../islands/list';
import type { Pulse, PulseField } from '../feed/decode';
import { kRemembered } from '../feed/history';
import { history, news, pulse, realm } from '../feed/store';
import { count, figure, metres, percent } from './format';
import { Sparkline } from './sparkline';

interface Figure {
  name: string;
  field: PulseField;
  unit?: string;
  help: string;
  show?: (value: number) => string;
}

const kSlots = 60;

const great: Figure[] = [
  { name: 'Players', field: 'players', help: 'on islands', show: count },
  { name: 'Islands', field: 'islands', help: 'groups of players who hear each other', show: count },
  { name: 'In rooms', field: 'roomMembers', help: "seats taken in this realm's own rooms", show: count },
];

const rates: Figure[] = [
  { name: 'Heartbeats', field: 'heartbeats', unit: '/s', help: 'positions told by players' },
  { name: 'Island changes', field: 'changes', unit: '/s', help: 'players told of a new island' },
  { name: 'Logins', field: 'logins', unit: '/s', help: 'players who proved who they are' },
  { name: 'Relayed in', field: 'relayedIn', unit: '/s', help: 'packets from members of rooms' },
  { name: 'Relayed out', field: 'relayedOut', unit: '/s', help: 'packets to members of rooms' },
  { name: 'Dropped', field: 'dropped', unit: '/s', help: 'packets lost to slow readers, rates and full mailboxes' },
  { name: 'Refused', field: 'refused', unit: '/s', help: 'refusals and closes of all reasons' },
  { name: 'Flush', field: 'flushMs', unit: 'ms', help: 'how long deciding about islands takes' },
  { name: 'Lag', field: 'lagMs', unit: 'ms', help: 'how late the latest thread is' },
  {
    name: 'Recall',
    field: 'recall',
    help: "how many of a player's nearest ten are on the same island",
    show: percent,
  },
  { name: 'Churn', field: 'churn', unit: '/min', help: 'changes of island of a player in a minute' },
];

export function Overview() {
  void news.value;
  const now = pulse.value;
  return (
    <>
      <section aria-label="Counts">
        <dl class="great">
          {great.map((one) => (
            <GreatFigure key={one.field} {...one} pulse={now} />
          ))}
        </dl>
        <dl class="figures">
          {rates.map((one) => (
            <SmallFigure key={one.field} {...one} pulse={now} />
          ))}
        </dl>
        <Rules />
      </section>
      <IslandList />
    </>
  );
}

type Shown = Figure & { pulse: Pulse | null };

function text({ field, pulse: now, show = figure }: Shown): string {
  if (!now || now[field] < 0) return '–';
  return show(now[field]);
}

function GreatFigure(props: Shown) {
  return (
    <div class="great-figure" title={props.help}>
      <dt>{props.name}</dt>
      <dd>{text(props)}</dd>
      <Sparkline values={history.of(props.field)} slots={kRemembered} />
    </div>
  );
}

function SmallFigure(props: Shown) {
  const shown = text(props);
  return (
    <div class="figure" title={props.help}>
      <dt>{props.name}</dt>
      <dd>
        {shown}
        {props.unit && shown !== '–' && <small> {props.unit}</small>}
      </dd>
      <Sparkline values={history.of(props.field).slice(-kSlots)} slots={kSlots} />
    </div>
  );
}

/** How this realm makes islands, in a line. */
function Rules() {
  const told = realm.value;
  if (!told) return null;
  const places = { exact: '', parcel: ' · places to the parcel', none: ' · places are private' }[told.privacy];
  return (
    <p class="rules">
      join {metres(told.join)} · leave {metres(told.leave)} · at most {count(told.maxPlayers)} on an island · policy{' '}
      {told.policy}
      {places}
    </p>
  );
}
