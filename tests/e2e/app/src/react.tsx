// An app in React.
import {
  type ReactNode,
  StrictMode,
  startTransition,
  useEffect,
  useLayoutEffect,
  useState,
  version,
} from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import type { Notice } from 'steadfetch';
import { SteadfetchProvider, useFeature, useNotices, useSteadfetch, useSteadyFetch } from 'steadfetch/react';
import { HEADLESS, ready, watched } from './adapter';
import { App } from './uses/react';

const { client, listeners } = watched(HEADLESS);
/** What components were given, by their name. */
const given: Record<string, { list: readonly Notice[]; fetch: unknown; renders: number }> = {};

function Panel({ name }: { name: string }) {
  const list = useNotices();
  const { notices } = useSteadfetch();
  const fetch = useSteadyFetch();
  given[name] = { list, fetch, renders: (given[name]?.renders ?? 0) + 1 };
  return (
    <section aria-label={name}>
      {list.map(({ id, title, count, state, actions }) => (
        <article key={id} data-state={state}>
          <h2>{title}</h2>
          <p>{count}</p>
          {actions.map(({ id, label, run }) => (
            <button key={id} onClick={run}>
              {label}
            </button>
          ))}
          <button onClick={() => notices.dismiss(id)}>Close</button>
        </article>
      ))}
    </section>
  );
}

function Call({ url, method }: { url: string; method: string }) {
  const fetch = useSteadyFetch();
  const [came, setCame] = useState('nothing');
  useEffect(() => {
    fetch(url, { method }).then(
      async (response) => setCame(await response.text()),
      ({ name }: Error) => setCame(name),
    );
  }, [fetch, url, method]);
  return <output>{came}</output>;
}

/** How many notices each of many slow readers saw, commit by commit. */
const commits: number[][] = [];

function Slow({ row }: { row: number[] }) {
  const { length } = useNotices('all');
  const until = performance.now() + 5;
  while (performance.now() < until);
  row.push(length);
  return <i>{length}</i>;
}

function Many() {
  useNotices('all');
  const row: number[] = [];
  useLayoutEffect(() => {
    commits.push([...row]);
  });
  return Array.from({ length: 20 }, (_, key) => <Slow key={key} row={row} />);
}

function Feature({ name }: { name: string }) {
  const state = useFeature(name);
  return <output>{`${state.name} ${state.level} ${state.why as string}`}</output>;
}

function Seen() {
  return <p>{`seen: ${useNotices().length}`}</p>;
}

/** Shows this in place of what is there. */
function show(children: ReactNode, strict = false): () => void {
  const place = document.getElementById('app')!;
  const root = createRoot(place);
  const app = <SteadfetchProvider client={client}>{children}</SteadfetchProvider>;
  startTransition(() => root.render(strict ? <StrictMode>{app}</StrictMode> : app));
  return () => root.unmount();
}

const ui = {
  version,
  panels: (strict?: boolean) =>
    show(
      <>
        <Panel name="one" />
        <Panel name="two" />
      </>,
      strict,
    ),
  call: (url: string, method = 'GET', strict?: boolean) => show(<Call url={url} method={method} />, strict),
  feature: (name: string, strict?: boolean) => show(<Feature name={name} />, strict),
  many: () => show(<Many />),
  use: () => {
    const root = createRoot(document.getElementById('app')!);
    root.render(<App client={client} />);
    return () => root.unmount();
  },
  /** What a server had rendered comes alive. */
  hydrate: () => {
    const place = document.getElementById('app')!;
    place.append(Object.assign(document.createElement('p'), { textContent: 'seen: 0' }));
    const errors: string[] = [];
    hydrateRoot(
      place,
      <SteadfetchProvider client={client}>
        <Seen />
      </SteadfetchProvider>,
      { onRecoverableError: (error) => errors.push(String(error)) },
    );
    return errors;
  },
};

ready({ client, listeners, given, commits, ui });
