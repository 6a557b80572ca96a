// Runs in Node, as a server that renders pages would: an app in React and one in Vue, while notices are there to be seen. Prints
// what came of it as JSON. Its first argument is the package's folder, the second one that of React, if it is not the app's own.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, react] = process.argv.slice(2);
let packages = folder;
if (react) {
  // The same files beside another React.
  const root = mkdtempSync(join(tmpdir(), 'steadfetch-'));
  process.on('exit', () => rmSync(root, { recursive: true }));
  packages = join(root, 'node_modules/steadfetch');
  mkdirSync(packages, { recursive: true });
  cpSync(join(folder, 'dist'), join(packages, 'dist'), { recursive: true });
  cpSync(join(folder, 'package.json'), join(packages, 'package.json'));
  symlinkSync(react, join(root, 'node_modules/react'));
  symlinkSync(`${react}-dom`, join(root, 'node_modules/react-dom'));
}
const require = createRequire(join(packages, 'dist/index.js'));
const load = (path) => import(pathToFileURL(join(packages, path)));

const { createSteadfetch } = await load('dist/index.js');
const client = createSteadfetch({ surfaces: { headless: true, delay: 0 } });
await client.ready;
client.features.set('x', 'off');
client.notices.show({ message: 'text', args: { title: 'Somebody else’s' } });
let listeners = 0;
const on = client.notices.on.bind(client.notices);
client.notices.on = (listener) => ((listeners += 1), on(listener));

const found = { notices: client.notices.list().length };
{
  const { createElement: h, version } = require('react');
  const { renderToString } = require('react-dom/server');
  const { SteadfetchProvider, useFeature, useNotices, useSteadfetch, useSteadyFetch } =
    await load('dist/react.js');
  const App = () => {
    const own = useSteadfetch() === client;
    return h(
      'p',
      null,
      `${own} ${useNotices().length} ${useNotices('all').length} ${typeof useSteadyFetch()} ${useFeature('x').level}`,
    );
  };
  found.version = version;
  found.react = renderToString(h(SteadfetchProvider, { client }, h(App)));
  try {
    renderToString(h(App));
  } catch (error) {
    found.missing = error.message;
  }
}
if (!react) {
  const { createSSRApp, h } = require('vue');
  const { renderToString } = require('vue/server-renderer');
  const { SteadfetchPlugin, useFeature, useNotices, useSteadfetch, useSteadyFetch } =
    await load('dist/vue.js');
  const setup = () => {
    const own = useSteadfetch() === client;
    const [visible, all, fetch] = [useNotices(), useNotices('all'), useSteadyFetch()];
    const feature = useFeature('x');
    return () =>
      h('p', `${own} ${visible.value.length} ${all.value.length} ${typeof fetch} ${feature.value.level}`);
  };
  found.vue = await renderToString(createSSRApp({ setup }).use(SteadfetchPlugin, { client }));
}
const { defineNotices } = await load('dist/element.js');
defineNotices(client)();
found.listeners = listeners;
client.dispose();
console.log(JSON.stringify(found));
