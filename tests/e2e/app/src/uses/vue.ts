import { createApp, defineComponent, h } from 'vue';
import type { Steadfetch } from 'steadfetch';
import { SteadfetchPlugin, useNotices } from 'steadfetch/vue';

const Notices = defineComponent(() => {
  const notices = useNotices();
  return () => notices.value.map(({ id, title, body }) => h('p', { key: id }, `${title} ${body}`));
});

export const app = (client: Steadfetch) => createApp(Notices).use(SteadfetchPlugin, { client });
