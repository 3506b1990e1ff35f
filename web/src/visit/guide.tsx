// The guide: one step after the other, each explained, with what came of it.
import { useEffect, useRef } from 'preact/hooks';
import { entrances } from './about';
import { ChallengeText, DOORS, RESULTS } from './results';
import { STEPS, indexOf, type Step, type StepId } from './steps';
import { visitor } from './visitor';

type Status = 'done' | 'now' | 'next' | 'spared';

/** A realm of one room asks for no login and gives no islands. */
const SPARED: readonly StepId[] = ['challenge', 'sign', 'island'];

function statusOf(id: StepId): Status {
  const { value: now } = visitor.step;
  const past = now === null || indexOf(id) < indexOf(now);
  if (visitor.protocol.value === 'fixed' && visitor.about.value && SPARED.includes(id)) return 'spared';
  if (now === id) return 'now';
  return past ? 'done' : 'next';
}

export function Guide() {
  return (
    <ol class="visit-steps">
      {STEPS.map((step, i) => (
        <StepItem key={step.id} step={step} number={i + 1} status={statusOf(step.id)} />
      ))}
    </ol>
  );
}

function StepItem({ step, number, status }: { step: Step; number: number; status: Status }) {
  const Result = RESULTS[step.id];
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (status === 'now') item.current?.scrollIntoView({ block: 'nearest' });
  }, [status]);
  return (
    <li ref={item} class="visit-step" data-step={step.id} data-status={status} aria-current={status === 'now' ? 'step' : undefined}>
      <span class="visit-number" aria-hidden="true">
        {status === 'done' ? '✓' : status === 'spared' ? '–' : number}
      </span>
      <h3>
        {step.title}
        {status === 'spared' && <small> not needed here</small>}
      </h3>
      {status !== 'spared' && <p class="visit-why">{step.why}</p>}
      {status === 'now' && <Act step={step} />}
      {status === 'done' && <Result />}
    </li>
  );
}

function Act({ step }: { step: Step }) {
  const busy = visitor.busy.value;
  return (
    <>
      {step.id === 'protocol' && <Doors />}
      {step.id === 'sign' && <ChallengeText />}
      {step.action ? (
        <button class="primary visit-act" disabled={busy} aria-busy={busy} onClick={() => void visitor.next()}>
          {step.action}
        </button>
      ) : (
        <p class="visit-waits" role="status">
          Waiting for the next flush…
        </p>
      )}
    </>
  );
}

function Doors() {
  const { value: about } = visitor.about;
  return (
    <fieldset class="visit-doors" role="radiogroup" aria-label="Protocol">
      {(about ? entrances(about) : []).map((protocol) => (
        <label key={protocol} class="visit-door">
          <input
            type="radio"
            name="visit-protocol"
            value={protocol}
            checked={visitor.protocol.value === protocol}
            onChange={() => visitor.choose(protocol)}
          />
          <span>
            <b>{DOORS[protocol].name}</b> <small>{DOORS[protocol].what}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
