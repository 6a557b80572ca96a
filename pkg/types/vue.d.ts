// Vue 3.3 and later.
import type { App, ShallowRef } from 'vue';
import type { FeatureState, Notice, Steadfetch } from './index.js';

/** `app.use(SteadfetchPlugin, { client })`: gives the app's components their client, which the app made and disposes of. */
export declare const SteadfetchPlugin: {
  install(app: App, options: { client: Steadfetch }): void;
};

/** The app's client; throws where the plugin is not in use. */
export declare function useSteadfetch(): Steadfetch;

/**
 * The notices that are to be seen now ('visible', default), or past ones too ('all'); newest first. A notice in which nothing has
 * changed stays the same object. Until the component is mounted, and so on a server: none. Ends with the scope that it is called in.
 */
export declare function useNotices(which?: 'visible' | 'all'): Readonly<ShallowRef<readonly Notice[]>>;

/** How far a feature is on. Until the component is mounted, and so on a server: full. Ends with the scope that it is called in. */
export declare function useFeature(name: string): Readonly<ShallowRef<FeatureState>>;

/**
 * The client's `fetch`, for this scope: what it reads (GET and HEAD by URL, without a signal of their own) is aborted when the scope
 * ends, and its notices go with it. What it writes goes on.
 */
export declare function useSteadyFetch(): Steadfetch['fetch'];
