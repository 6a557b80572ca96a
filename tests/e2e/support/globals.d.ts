// What the app's pages put on globalThis.
declare const steadfetch: typeof import('steadfetch');
declare const slim: typeof import('steadfetch/slim');
declare const auto: Pick<typeof import('steadfetch/auto'), 'fetch' | 'explain'>;
declare const openfeature: Pick<typeof import('@openfeature/web-sdk'), 'InMemoryProvider' | 'OpenFeature'>;
declare const drills: typeof import('steadfetch/drill');
declare const wasmUrl: string;
declare const lab: typeof import('../app/src/lab');
declare const workers: typeof import('../app/src/workers');
