// An app in Vue.
import { type App, createApp, createSSRApp, defineComponent, effectScope, h, ref } from 'vue';
import type { Notice } from 'steadfetch';
import { SteadfetchPlugin, useFeature, useNotices, useSteadfetch, useSteadyFetch } from 'steadfetch/vue';
import { HEADLESS, ready, watched } from './adapter';
import { app } from './uses/vue';

const { client, listeners } = watched(HEADLESS);
const given: Record<string, { list: readonly Notice[] }> = {};

const Panel = defineComponent(
  ({ name }: { name: string }) => {
    const list = useNotices();
    const { notices } = useSteadfetch();
    return () => {
      given[name] = { list: list.value };
      const articles = list.value.map(({ id, title, count, state, actions }) =>
        h('article', { key: id, 'data-state': state }, [
          h('h2', title),
          h('p', count),
          actions.map(({ id, label, run }) => h('button', { key: id, onClick: run }, label)),
          h('button', { onClick: () => notices.dismiss(id) }, 'Close'),
        ]),
      );
      return h('section', { 'aria-label': name }, articles);
    };
  },
  { props: ['name'] },
);

const Call = defineComponent(
  ({ url, method }: { url: string; method: string }) => {
    const fetch = useSteadyFetch();
    const came = ref('nothing');
    fetch(url, { method }).then(
      async (response) => (came.value = await response.text()),
      ({ name }: Error) => (came.value = name),
    );
    return () => h('output', came.value);
  },
  { props: ['url', 'method'] },
);

const Feature = defineComponent(
  ({ name }: { name: string }) => {
    const state = useFeature(name);
    return () => h('output', `${state.value.name} ${state.value.level} ${state.value.why as string}`);
  },
  { props: ['name'] },
);

const Seen = defineComponent(() => {
  const list = useNotices();
  return () => h('p', `seen: ${list.value.length}`);
});

function show(app: App): () => void {
  app.mount('#app');
  return () => app.unmount();
}

const made = (render: () => unknown) => createApp({ render }).use(SteadfetchPlugin, { client });

const ui = {
  panels: () => show(made(() => [h(Panel, { name: 'one' }), h(Panel, { name: 'two' })])),
  call: (url: string, method = 'GET') => show(made(() => h(Call, { url, method }))),
  feature: (name: string) => show(made(() => h(Feature, { name }))),
  use: () => show(app(client)),
  /** What a server had rendered comes alive. */
  hydrate: () => {
    const place = document.getElementById('app')!;
    place.append(Object.assign(document.createElement('p'), { textContent: 'seen: 0' }));
    createSSRApp(Seen).use(SteadfetchPlugin, { client }).mount(place);
    return [] as string[];
  },
  /** Outside of components: what follows belongs to a scope of its own. */
  scope: () => {
    const scope = effectScope();
    const app = made(() => null);
    const list = app.runWithContext(() => scope.run(() => useNotices('all'))!);
    return { titles: () => list.value.map(({ title }) => title), stop: () => scope.stop() };
  },
};

ready({ client, listeners, given, ui });
