// The head of a page in the side panel: the way back, what it is about, and its whole name to take along.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../shell/icons';
import { toRealm } from '../shell/routes';

interface Props {
  kind: string;
  title: string;
  whole: string;
  swatch?: ComponentChildren;
}

export function PageHead({ kind, title, whole, swatch }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [whole]);
  return (
    <header class="page-head">
      <a class="icon" href={toRealm} aria-label="Back to the realm" title="Back to the realm">
        <Icon name="back" />
      </a>
      <div class="page-name">
        <span class="kind">{kind}</span>
        <h1 ref={heading} tabIndex={-1} class="mono" title={whole}>
          {swatch} {title}
        </h1>
      </div>
      <Copy text={whole} />
    </header>
  );
}

function Copy({ text }: { text: string }) {
  const [done, set] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => set(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = () => navigator.clipboard?.writeText(text).then(() => set(true), () => {});
  return (
    <button class="icon" onClick={copy} aria-label={done ? 'Copied' : 'Copy the whole name'} title={`Copy ${text}`}>
      {done ? '✓' : <Icon name="copy" />}
    </button>
  );
}
