// What <steadfetch-health> says, in the languages of the built-in catalogs. `{…}` is filled in; numbers and times are Intl's.

/** One language. */
export interface Words {
  title: string;
  servers: string;
  people: string;
  well: string;
  unasked: string;
  brief: string;
  over: string;
  lasting: string;
  offline: string;
  healthy: string;
  degraded: string;
  down: string;
  unknown: string;
  helped: string;
  waited: string;
  failed: string;
  table: string;
  server: string;
  state: string;
  calls: string;
  failures: string;
  half: string;
  most: string;
  nearly: string;
  since: string;
  serverChart: string;
  peopleChart: string;
}

const en: Words = {
  title: 'How things are going',
  servers: 'Servers',
  people: 'People',
  well: 'All is well.',
  unasked: 'Nothing has been asked yet.',
  brief: 'Some requests are failing. This may pass by itself.',
  over: 'A short hiccup is over.',
  lasting: 'Trouble since {time}.',
  offline: 'This device is offline.',
  healthy: 'working',
  degraded: 'struggling',
  down: 'not answering',
  unknown: 'not asked yet',
  helped: 'Helped',
  waited: 'Waited',
  failed: 'Failed',
  table: 'As a table',
  server: 'Server',
  state: 'State',
  calls: 'Calls',
  failures: 'Failures',
  half: 'Half within',
  most: '95% within',
  nearly: '99% within',
  since: 'Since {time}',
  serverChart: '{server}: {state}. Failures in the last 5 minutes: {count}.',
  peopleChart: 'Calls in the last 5 minutes: {helped} helped, {waited} waited, {failed} failed.',
};

const de: Words = {
  title: 'Wie es läuft',
  servers: 'Server',
  people: 'Menschen',
  well: 'Alles läuft.',
  unasked: 'Noch wurde nichts angefragt.',
  brief: 'Einige Anfragen schlagen fehl. Das kann von selbst vorbeigehen.',
  over: 'Eine kurze Störung ist vorbei.',
  lasting: 'Störung seit {time}.',
  offline: 'Dieses Gerät ist offline.',
  healthy: 'läuft',
  degraded: 'hat Probleme',
  down: 'antwortet nicht',
  unknown: 'noch nicht gefragt',
  helped: 'Geholfen',
  waited: 'Gewartet',
  failed: 'Gescheitert',
  table: 'Als Tabelle',
  server: 'Server',
  state: 'Zustand',
  calls: 'Aufrufe',
  failures: 'Fehler',
  half: 'Hälfte in',
  most: '95 % in',
  nearly: '99 % in',
  since: 'Seit {time}',
  serverChart: '{server}: {state}. Fehler in den letzten 5 Minuten: {count}.',
  peopleChart:
    'Aufrufe in den letzten 5 Minuten: geholfen {helped}, gewartet {waited}, gescheitert {failed}.',
};

const es: Words = {
  title: 'Cómo va todo',
  servers: 'Servidores',
  people: 'Personas',
  well: 'Todo va bien.',
  unasked: 'Aún no se ha pedido nada.',
  brief: 'Algunas peticiones fallan. Puede pasar por sí solo.',
  over: 'Un breve fallo ya ha pasado.',
  lasting: 'Problemas desde las {time}.',
  offline: 'Este dispositivo está sin conexión.',
  healthy: 'funciona',
  degraded: 'con problemas',
  down: 'no responde',
  unknown: 'aún sin consultar',
  helped: 'Con ayuda',
  waited: 'Con espera',
  failed: 'Con fallo',
  table: 'Como tabla',
  server: 'Servidor',
  state: 'Estado',
  calls: 'Llamadas',
  failures: 'Fallos',
  half: 'La mitad en',
  most: 'El 95 % en',
  nearly: 'El 99 % en',
  since: 'Desde las {time}',
  serverChart: '{server}: {state}. Fallos en los últimos 5 minutos: {count}.',
  peopleChart:
    'Llamadas en los últimos 5 minutos: {helped} con ayuda, {waited} con espera, {failed} con fallo.',
};

const fr: Words = {
  title: 'Comment ça se passe',
  servers: 'Serveurs',
  people: 'Personnes',
  well: 'Tout va bien.',
  unasked: 'Rien n’a encore été demandé.',
  brief: 'Certaines requêtes échouent. Cela peut passer tout seul.',
  over: 'Une brève perturbation est passée.',
  lasting: 'Perturbation depuis {time}.',
  offline: 'Cet appareil est hors ligne.',
  healthy: 'fonctionne',
  degraded: 'en difficulté',
  down: 'ne répond pas',
  unknown: 'pas encore sollicité',
  helped: 'Aidés',
  waited: 'Retardés',
  failed: 'Échoués',
  table: 'En tableau',
  server: 'Serveur',
  state: 'État',
  calls: 'Appels',
  failures: 'Échecs',
  half: 'La moitié en',
  most: '95 % en',
  nearly: '99 % en',
  since: 'Depuis {time}',
  serverChart: '{server} : {state}. Échecs des 5 dernières minutes : {count}.',
  peopleChart: 'Appels des 5 dernières minutes : {helped} aidés, {waited} retardés, {failed} échoués.',
};

const pl: Words = {
  title: 'Jak idzie',
  servers: 'Serwery',
  people: 'Ludzie',
  well: 'Wszystko działa.',
  unasked: 'O nic jeszcze nie pytano.',
  brief: 'Niektóre żądania się nie udają. To może samo minąć.',
  over: 'Krótkie zakłócenie minęło.',
  lasting: 'Kłopoty od {time}.',
  offline: 'To urządzenie jest offline.',
  healthy: 'działa',
  degraded: 'ma kłopoty',
  down: 'nie odpowiada',
  unknown: 'jeszcze niepytany',
  helped: 'Uratowane',
  waited: 'Opóźnione',
  failed: 'Nieudane',
  table: 'Jako tabela',
  server: 'Serwer',
  state: 'Stan',
  calls: 'Wywołania',
  failures: 'Błędy',
  half: 'Połowa w',
  most: '95% w',
  nearly: '99% w',
  since: 'Od {time}',
  serverChart: '{server}: {state}. Błędy w ostatnich 5 minutach: {count}.',
  peopleChart:
    'Wywołania w ostatnich 5 minutach – uratowane: {helped}, opóźnione: {waited}, nieudane: {failed}.',
};

const pt: Words = {
  title: 'Como vão as coisas',
  servers: 'Servidores',
  people: 'Pessoas',
  well: 'Tudo vai bem.',
  unasked: 'Nada foi pedido ainda.',
  brief: 'Algumas solicitações estão falhando. Isso pode passar sozinho.',
  over: 'Uma breve falha já passou.',
  lasting: 'Problemas desde {time}.',
  offline: 'Este dispositivo está off-line.',
  healthy: 'funcionando',
  degraded: 'com dificuldades',
  down: 'não responde',
  unknown: 'ainda não consultado',
  helped: 'Com ajuda',
  waited: 'Com espera',
  failed: 'Com falha',
  table: 'Em tabela',
  server: 'Servidor',
  state: 'Estado',
  calls: 'Chamadas',
  failures: 'Falhas',
  half: 'Metade em',
  most: '95% em',
  nearly: '99% em',
  since: 'Desde {time}',
  serverChart: '{server}: {state}. Falhas nos últimos 5 minutos: {count}.',
  peopleChart: 'Chamadas nos últimos 5 minutos: {helped} com ajuda, {waited} com espera, {failed} com falha.',
};

const ja: Words = {
  title: '現在の状況',
  servers: 'サーバー',
  people: '利用者',
  well: '問題はありません。',
  unasked: 'まだ何も要求されていません。',
  brief: '一部の要求が失敗しています。自然に収まることがあります。',
  over: '一時的な不調は収まりました。',
  lasting: '{time}から問題が続いています。',
  offline: 'この端末はオフラインです。',
  healthy: '正常',
  degraded: '不安定',
  down: '応答なし',
  unknown: '未確認',
  helped: '助けられた',
  waited: '待った',
  failed: '失敗した',
  table: '表で見る',
  server: 'サーバー',
  state: '状態',
  calls: '呼び出し',
  failures: '失敗',
  half: '半数の所要時間',
  most: '95%の所要時間',
  nearly: '99%の所要時間',
  since: '{time}から',
  serverChart: '{server}：{state}。過去5分間の失敗：{count}件。',
  peopleChart: '過去5分間の呼び出し：助けられた{helped}件、待った{waited}件、失敗した{failed}件。',
};

const zh: Words = {
  title: '运行情况',
  servers: '服务器',
  people: '用户',
  well: '一切正常。',
  unasked: '尚未发出任何请求。',
  brief: '部分请求失败，可能会自行恢复。',
  over: '短暂的故障已经过去。',
  lasting: '自 {time} 起出现故障。',
  offline: '此设备已离线。',
  healthy: '正常',
  degraded: '不稳定',
  down: '无响应',
  unknown: '尚未请求',
  helped: '得到补救',
  waited: '有所等待',
  failed: '失败',
  table: '以表格显示',
  server: '服务器',
  state: '状态',
  calls: '调用',
  failures: '失败次数',
  half: '半数耗时',
  most: '95% 耗时',
  nearly: '99% 耗时',
  since: '自 {time} 起',
  serverChart: '{server}：{state}。最近 5 分钟失败 {count} 次。',
  peopleChart: '最近 5 分钟的调用：得到补救 {helped} 次，有所等待 {waited} 次，失败 {failed} 次。',
};

const ar: Words = {
  title: 'كيف تسير الأمور',
  servers: 'الخوادم',
  people: 'المستخدمون',
  well: 'كل شيء على ما يرام.',
  unasked: 'لم يُطلب شيء بعد.',
  brief: 'تفشل بعض الطلبات. قد يزول ذلك من تلقاء نفسه.',
  over: 'انتهى خلل قصير.',
  lasting: 'هناك مشكلة منذ {time}.',
  offline: 'هذا الجهاز غير متصل.',
  healthy: 'يعمل',
  degraded: 'يتعثر',
  down: 'لا يستجيب',
  unknown: 'لم يُسأل بعد',
  helped: 'أُنقذت',
  waited: 'تأخرت',
  failed: 'فشلت',
  table: 'في جدول',
  server: 'الخادم',
  state: 'الحالة',
  calls: 'الطلبات',
  failures: 'حالات الفشل',
  half: 'نصفها خلال',
  most: '95٪ خلال',
  nearly: '99٪ خلال',
  since: 'منذ {time}',
  serverChart: '{server}: {state}. حالات الفشل في آخر 5 دقائق: {count}.',
  peopleChart: 'الطلبات في آخر 5 دقائق: أُنقذت {helped}، تأخرت {waited}، فشلت {failed}.',
};

const ALL: Record<string, Words> = { en, ar, de, es, fr, ja, pl, pt, zh };

/** The words of a language by its tag, and the tag by which numbers are written; English where there are none. */
export function wordsOf(tag: string): { words: Words; lang: string; dir: 'ltr' | 'rtl' } {
  const [language = ''] = tag.toLowerCase().split('-');
  const words = ALL[language];
  return { words: words ?? en, lang: words ? tag : 'en', dir: language === 'ar' ? 'rtl' : 'ltr' };
}
