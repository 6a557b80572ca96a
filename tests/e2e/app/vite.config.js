/** @type {import('vite').UserConfig} */
export default {
  build: {
    target: 'es2022',
    // Under the page's policy nothing may come from a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: 'index.html',
        bare: 'bare.html',
        auto: 'auto.html',
        openfeature: 'openfeature.html',
        react: 'react.html',
        vue: 'vue.html',
        sonner: 'sonner.html',
        element: 'element.html',
        sentry: 'sentry.html',
        health: 'health.html',
        'service-worker': 'src/service-worker.ts',
        'outbox-worker': 'src/outbox-worker.ts',
        'telemetry-worker': 'src/telemetry-worker.ts',
      },
      output: {
        // A service worker's address decides which pages it serves.
        entryFileNames: ({ name }) => (name.endsWith('-worker') ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  worker: { format: 'es' },
};
