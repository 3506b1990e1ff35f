// What came of each step of the guide.
import type { ComponentChildren } from 'preact';
import { metres, shortId } from '../shell/format';
import { entrances, type Protocol } from './about';
import { parseConnection } from './connection';
import { clock, fieldsText } from './log';
import { Copy, Fact, Who, people } from './pieces';
import type { StepId } from './steps';
import { clean, hideToken, short } from './text';
import { visitor } from './visitor';
import { parcel } from './walker';

export const DOORS: Record<Protocol, { name: string; what: string }> = {
  direct: { name: 'Direct', what: 'protobuf packets over one websocket: the clients of today' },
  bff: { name: 'BFF RPC', what: 'dcl-rpc services and topics: the explorer of 2023' },
  fixed: { name: 'One room', what: 'everybody is in the same room; there are no islands' },
};

export function ChallengeText() {
  const { value: challenge } = visitor.challenge;
  return (
    <p class="visit-quote mono" data-test="challenge">
      {clean(challenge?.text ?? '', 300)}
    </p>
  );
}

function Facts({ children }: { children: ComponentChildren }) {
  return <dl class="visit-facts">{children}</dl>;
}

function IdentityResult() {
  const { value: guest } = visitor.guest;
  if (!guest) return null;
  return (
    <Facts>
      <Fact name="Address">
        <Who address={guest.address} /> <Copy text={guest.address} what="the address" />
        <button class="text" onClick={() => void visitor.forgetIdentity()}>
          New
        </button>
      </Fact>
      <Fact name="Signs with">
        <span class="mono">{short(guest.delegate)}</span> <small>until {clock(guest.expires).slice(0, 5)} tomorrow</small>
      </Fact>
    </Facts>
  );
}

function AboutResult() {
  const { value: about } = visitor.about;
  if (!about) return null;
  const well = about.healthy ? (about.accepting ? 'well, and takes visitors' : 'well, but full') : 'not well';
  return (
    <>
      <Facts>
        <Fact name="Realm">
          <b>{about.realm}</b> <small>{about.version && `version ${about.version}`}</small>
        </Fact>
        <Fact name="State">{well}</Fact>
        {about.users !== null && <Fact name="Here now">{about.users === 0 ? 'nobody' : people(about.users)}</Fact>}
        <Fact name="Doors">{entrances(about).map((door) => DOORS[door].name).join(', ')}</Fact>
      </Facts>
      <Raw name="The whole answer" value={about.whole} />
    </>
  );
}

function ProtocolResult() {
  const { value: about } = visitor.about;
  const { value: protocol } = visitor.protocol;
  const url = about && (protocol === 'bff' ? about.bff : protocol === 'direct' ? about.direct : about.fixed);
  return (
    <Facts>
      <Fact name={DOORS[protocol].name}>
        <span class="mono visit-long">{hideToken(url ?? '')}</span>
      </Fact>
    </Facts>
  );
}

function ChallengeResult() {
  const { value: challenge } = visitor.challenge;
  if (!challenge) return null;
  return (
    <>
      <ChallengeText />
      {challenge.alreadyConnected && (
        <p class="visit-hint">This address is already inside, elsewhere. Signing in here ends that visit.</p>
      )}
    </>
  );
}

const LINKS: Record<string, string> = {
  SIGNER: 'The owner',
  ECDSA_EPHEMERAL: 'lets a short-lived key sign',
  ECDSA_SIGNED_ENTITY: 'which signs the challenge',
};

function SignResult() {
  const { value: chain } = visitor.chain;
  if (!chain) return null;
  return (
    <>
      <ol class="visit-chain" aria-label="The chain's links">
        {chain.map((link) => (
          <li key={link.type}>
            <header>
              <b>{LINKS[link.type] ?? 'link'}</b> <small class="mono">{link.type}</small>
            </header>
            <span class="mono visit-long">{clean(link.payload.replaceAll('\n', ' · '), 200)}</span>
            {link.signature && <small class="mono">signed {short(link.signature)}</small>}
          </li>
        ))}
      </ol>
      <Raw name="As it is sent" value={chain} />
    </>
  );
}

function WalkResult() {
  const { value: at } = visitor.position;
  if (!at) return null;
  return (
    <Facts>
      <Fact name="You stand at">
        x {metres(at.x)}, z {metres(at.z)} <small>parcel {parcel(at)}</small>
      </Fact>
      {visitor.protocol.value !== 'fixed' && <Fact name="Heartbeats">{visitor.heartbeats.value}</Fact>}
    </Facts>
  );
}

function IslandResult() {
  const { value: island } = visitor.island;
  if (!island) return null;
  const peers = [...island.peers.keys()];
  return (
    <>
      <Facts>
        <Fact name="Island">
          <b title={island.id}>{shortId(island.id)}</b>{' '}
          {island.from && <small>before: {shortId(island.from)}</small>}
        </Fact>
        <Fact name="With you">{peers.length > 1 ? people(peers.length - 1) : 'nobody yet'}</Fact>
        <Fact name="Connection">
          <span class="mono visit-long" data-test="connection">
            {hideToken(island.connection)}
          </span>
          <Copy text={island.connection} what="the connection string with its token" />
        </Fact>
      </Facts>
      <LivekitClaims />
    </>
  );
}

/** This page carries no voice: what the token says is all there is to show. */
function LivekitClaims() {
  const connection = parseConnection(visitor.island.value?.connection ?? '');
  if (connection.kind !== 'livekit') return null;
  return (
    <>
      <p class="visit-hint">A LiveKit room, with voice: other clients enter it, this page does not.</p>
      <Raw name="What the token allows" value={connection.claims ?? 'not readable'} />
    </>
  );
}

function RoomResult() {
  const { state, kind, why } = visitor.room.value;
  const words: Record<typeof state, string> = {
    none: 'not entered',
    connecting: 'entering…',
    moving: 'moving to the next…',
    open: `open, ${people(visitor.near.value.length)} besides you`,
    failed: 'not entered',
  };
  return (
    <Facts>
      <Fact name={kind ?? 'Room'}>{words[state]}</Fact>
      {why && <Fact name="Because">{why.words}</Fact>}
    </Facts>
  );
}

function Raw({ name, value }: { name: string; value: unknown }) {
  return (
    <details class="visit-raw">
      <summary>{name}</summary>
      <pre class="mono scrolls" tabIndex={0}>
        {fieldsText(value)}
      </pre>
    </details>
  );
}

export const RESULTS: Record<StepId, () => ComponentChildren> = {
  identity: IdentityResult,
  about: AboutResult,
  protocol: ProtocolResult,
  challenge: ChallengeResult,
  sign: SignResult,
  walk: WalkResult,
  island: IslandResult,
  room: RoomResult,
};
