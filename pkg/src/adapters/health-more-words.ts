// What <steadfetch-health> says of what is beside servers and calls, in the languages of the built-in catalogs.

/** One language: the heading of the counts, what is counted, the heading of the latest calls, and what stands there for none. */
export interface MoreWords {
  counts: string;
  noticesShown: string;
  noticesDismissed: string;
  noticesActed: string;
  fresh: string;
  stale: string;
  misses: string;
  evicted: string;
  waiting: string;
  sent: string;
  dead: string;
  latest: string;
  none: string;
}

const en: MoreWords = {
  counts: 'Notices, stored copies, saved changes',
  noticesShown: 'Notices seen',
  noticesDismissed: 'Notices closed',
  noticesActed: 'Notices acted on',
  fresh: 'Stored copies shown while fresh',
  stale: 'Stored copies shown although older',
  misses: 'Stored copies missing',
  evicted: 'Stored copies removed to make room',
  waiting: 'Changes waiting to be sent',
  sent: 'Changes sent later',
  dead: 'Changes that could not be sent',
  latest: 'Latest calls that met trouble',
  none: 'None of the latest calls.',
};

const de: MoreWords = {
  counts: 'Meldungen, gespeicherte Kopien, gesicherte Änderungen',
  noticesShown: 'Meldungen gesehen',
  noticesDismissed: 'Meldungen geschlossen',
  noticesActed: 'Auf Meldungen reagiert',
  fresh: 'Gespeicherte Kopien gezeigt, noch aktuell',
  stale: 'Gespeicherte Kopien gezeigt, obwohl älter',
  misses: 'Gespeicherte Kopien nicht vorhanden',
  evicted: 'Gespeicherte Kopien aus Platzmangel entfernt',
  waiting: 'Änderungen, die noch gesendet werden',
  sent: 'Änderungen später gesendet',
  dead: 'Änderungen, die nicht gesendet werden konnten',
  latest: 'Letzte Aufrufe mit Störung',
  none: 'Keiner der letzten Aufrufe.',
};

const es: MoreWords = {
  counts: 'Avisos, copias guardadas, cambios guardados',
  noticesShown: 'Avisos vistos',
  noticesDismissed: 'Avisos cerrados',
  noticesActed: 'Avisos atendidos',
  fresh: 'Copias guardadas mostradas, aún recientes',
  stale: 'Copias guardadas mostradas, aunque más antiguas',
  misses: 'Copias guardadas no encontradas',
  evicted: 'Copias guardadas eliminadas por falta de espacio',
  waiting: 'Cambios pendientes de enviar',
  sent: 'Cambios enviados más tarde',
  dead: 'Cambios que no se pudieron enviar',
  latest: 'Últimas llamadas con problemas',
  none: 'Ninguna de las últimas llamadas.',
};

const fr: MoreWords = {
  counts: 'Messages, copies enregistrées, modifications conservées',
  noticesShown: 'Messages vus',
  noticesDismissed: 'Messages fermés',
  noticesActed: 'Messages suivis d’une action',
  fresh: 'Copies enregistrées affichées, encore à jour',
  stale: 'Copies enregistrées affichées, bien que plus anciennes',
  misses: 'Copies enregistrées introuvables',
  evicted: 'Copies enregistrées supprimées faute de place',
  waiting: 'Modifications en attente d’envoi',
  sent: 'Modifications envoyées plus tard',
  dead: 'Modifications qui n’ont pas pu être envoyées',
  latest: 'Derniers appels en difficulté',
  none: 'Aucun des derniers appels.',
};

const pl: MoreWords = {
  counts: 'Komunikaty, zapisane kopie, zachowane zmiany',
  noticesShown: 'Komunikaty zobaczone',
  noticesDismissed: 'Komunikaty zamknięte',
  noticesActed: 'Komunikaty z podjętym działaniem',
  fresh: 'Zapisane kopie pokazane jako aktualne',
  stale: 'Zapisane kopie pokazane, choć starsze',
  misses: 'Brak zapisanej kopii',
  evicted: 'Zapisane kopie usunięte z braku miejsca',
  waiting: 'Zmiany czekające na wysłanie',
  sent: 'Zmiany wysłane później',
  dead: 'Zmiany, których nie udało się wysłać',
  latest: 'Ostatnie wywołania z problemami',
  none: 'Żadne z ostatnich wywołań.',
};

const pt: MoreWords = {
  counts: 'Avisos, cópias guardadas, alterações guardadas',
  noticesShown: 'Avisos vistos',
  noticesDismissed: 'Avisos fechados',
  noticesActed: 'Avisos com ação tomada',
  fresh: 'Cópias guardadas exibidas, ainda recentes',
  stale: 'Cópias guardadas exibidas, embora mais antigas',
  misses: 'Cópias guardadas não encontradas',
  evicted: 'Cópias guardadas removidas por falta de espaço',
  waiting: 'Alterações aguardando envio',
  sent: 'Alterações enviadas mais tarde',
  dead: 'Alterações que não puderam ser enviadas',
  latest: 'Últimas chamadas com problemas',
  none: 'Nenhuma das últimas chamadas.',
};

const ja: MoreWords = {
  counts: 'お知らせ、保存済みのコピー、保存済みの変更',
  noticesShown: '表示されたお知らせ',
  noticesDismissed: '閉じられたお知らせ',
  noticesActed: '操作されたお知らせ',
  fresh: '新しいうちに表示した保存済みのコピー',
  stale: '古くなってから表示した保存済みのコピー',
  misses: '見つからなかった保存済みのコピー',
  evicted: '容量不足で削除した保存済みのコピー',
  waiting: '送信を待っている変更',
  sent: '後から送信した変更',
  dead: '送信できなかった変更',
  latest: '問題が起きた最近の呼び出し',
  none: '最近の呼び出しにはありません。',
};

const zh: MoreWords = {
  counts: '通知、已存副本、已保存的更改',
  noticesShown: '已看到的通知',
  noticesDismissed: '已关闭的通知',
  noticesActed: '已处理的通知',
  fresh: '在有效期内显示的副本',
  stale: '过期后仍显示的副本',
  misses: '未找到的副本',
  evicted: '因空间不足而移除的副本',
  waiting: '等待发送的更改',
  sent: '稍后已发送的更改',
  dead: '无法发送的更改',
  latest: '最近遇到问题的调用',
  none: '最近的调用都没有遇到问题。',
};

const ar: MoreWords = {
  counts: 'الإشعارات والنسخ المحفوظة والتغييرات المحفوظة',
  noticesShown: 'إشعارات شوهدت',
  noticesDismissed: 'إشعارات أُغلقت',
  noticesActed: 'إشعارات اتُّخذ إجراء بشأنها',
  fresh: 'نسخ محفوظة عُرضت وهي حديثة',
  stale: 'نسخ محفوظة عُرضت رغم قِدمها',
  misses: 'نسخ محفوظة لم يُعثر عليها',
  evicted: 'نسخ محفوظة أُزيلت لضيق المساحة',
  waiting: 'تغييرات تنتظر الإرسال',
  sent: 'تغييرات أُرسلت لاحقًا',
  dead: 'تغييرات تعذّر إرسالها',
  latest: 'أحدث الطلبات التي واجهت مشكلة',
  none: 'لا شيء من أحدث الطلبات.',
};

/** By language, as in health-words.ts. */
export const MORE: Record<string, MoreWords> = { en, ar, de, es, fr, ja, pl, pt, zh };
