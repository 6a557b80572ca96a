// Every fault by hand, per endpoint, and the whole device offline.
import { hasServer } from '../net/backend';
import { button, h, part, set } from '../page/dom';
import { CHOICES, ENDPOINTS, type Endpoint, nameOf } from './endpoints';
import { shortName } from './fault';
import * as trouble from './trouble';

/** Fills the switchboard and keeps it true. */
export async function startSwitchboard(): Promise<void> {
  const server = await hasServer();
  const board = part('switchboard');
  const paths = ENDPOINTS.map(({ match }) => match);
  const endpoints = server ? ENDPOINTS : ENDPOINTS.filter(({ match }, at) => paths.indexOf(match) === at);
  const selects = endpoints.map((endpoint) => [endpoint, choices(endpoint, server)] as const);
  const offline = h('input', { type: 'checkbox', id: 'offline', role: 'switch' });
  offline.addEventListener('change', () => trouble.switchOffline(offline.checked));
  for (const [endpoint, select] of selects) {
    const name = h('span', { class: 'field-name' }, server ? endpoint.name : nameOf(endpoint.match));
    const played = h('span', { class: 'played', 'data-endpoint': endpoint.id });
    board.append(h('label', { class: 'field' }, h('span', { class: 'field-head' }, name, played), select));
  }
  const off = button('press small', () => trouble.switchAllOff(), 'Switch all off');
  const whole = h('span', { class: 'field-name' }, 'Whole device offline');
  board.append(h('div', { class: 'board-foot' }, h('label', { class: 'switch' }, offline, whole), off));
  trouble.changed.listen((active) => {
    for (const [endpoint, select] of selects) {
      const hand = trouble.handOf(endpoint.pattern);
      select.value = CHOICES.find(({ fault }) => fault === hand)?.id ?? '';
      set(select, { 'data-on': select.value !== '' });
    }
    offline.checked = trouble.isOfflineByHand();
    const any = active.length > 0;
    part('lab-state').textContent = any ? active.map(({ fault }) => shortName(fault)).join(', ') : 'all well';
    set(part('lab-state'), { 'data-on': any });
  });
}

function choices(endpoint: Endpoint, server: boolean): HTMLSelectElement {
  const fit = CHOICES.filter((choice) => (!choice.foreign || endpoint.foreign) && (!choice.server || server));
  const select = h('select', { 'data-endpoint': endpoint.id }, h('option', { value: '' }, 'Works'));
  for (const group of new Set(fit.map((choice) => choice.group))) {
    const options = fit.filter((choice) => choice.group === group);
    select.append(
      h('optgroup', { label: group }, ...options.map(({ id, name }) => h('option', { value: id }, name))),
    );
  }
  select.addEventListener('change', () => {
    trouble.switchFault(endpoint.pattern, CHOICES.find(({ id }) => id === select.value)?.fault);
  });
  return select;
}
