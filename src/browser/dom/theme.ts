// How notices look. One sheet for all shadow roots. Custom properties named --steadfetch-… set it from outside: background,
// text, info, success, warning, error, font, radius, shadow, width, offset, z-index; all other colours follow from these.
import { UNSEEN } from './unseen.js';

const palette = (scheme: string, colours: Record<string, string>) =>
  `color-scheme:${scheme};` +
  Object.entries(colours)
    .map(([name, colour]) => `--${name}:var(--steadfetch-${name},${colour});`)
    .join('');

const LIGHT = palette('light', {
  background: '#fff',
  text: '#16191f',
  info: '#1d5fd1',
  success: '#157347',
  warning: '#9a5b00',
  error: '#c4262e',
});

const DARK = palette('dark', {
  background: '#1d2027',
  text: '#f1f3f7',
  info: '#7fb0ff',
  success: '#5ccb8f',
  warning: '#f0b64c',
  error: '#ff8a85',
});

const mix = (colour: string, percent: number, other: string) =>
  `color-mix(in srgb,var(--${colour}) ${percent}%,${other})`;

const CSS = `
:host{all:initial!important;display:block!important}
:host(:not([data-steadfetch=banner])){position:fixed!important}
${UNSEEN}
[hidden]{display:none!important}
[inert]{overflow:clip}
section{all:initial;${LIGHT}}
@media(prefers-color-scheme:dark){.auto{${DARK}}}
.dark{${DARK}}
section{--soft:${mix('text', 70, 'var(--background)')};--edge:${mix('text', 54, 'var(--background)')};--hover:${mix('text', 8, '#0000')};display:block;box-sizing:border-box;color:var(--text);font:.875em/1.45 var(--steadfetch-font,system-ui,sans-serif)}
p{margin:0;overflow-wrap:anywhere}
.card{--tone:var(--info);box-sizing:border-box;display:grid;grid-template-columns:auto minmax(0,1fr) auto auto;column-gap:.75em}
.success{--tone:var(--success)}
.warning{--tone:var(--warning)}
.error{--tone:var(--error)}
svg{display:block;width:1.35em;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.icon{align-self:start;padding:.45em;border-radius:.65em;color:var(--tone);background:${mix('tone', 13, '#0000')}}
.main{align-self:center}
.title{font-weight:600}
.help{color:inherit}
.body,.meta,.code,.details,.close,.more{color:var(--soft)}
.meta{display:flex;flex-wrap:wrap;overflow:clip;column-gap:1.1em;font-variant-numeric:tabular-nums}
.timer{color:var(--tone)}
.timer:not([hidden])+.count::before{content:"";display:inline-block;margin-inline:-.68em .42em;vertical-align:.2em;border:.14em solid;border-radius:50%}
.code{margin-top:.5em;padding:.35em .6em;border-radius:.5em;background:var(--hover);font:.86em/1.5 monospace}
.report{width:fit-content;margin-top:.5em}
.actions{display:flex;flex-wrap:wrap;align-items:center;gap:.4em}
button,a{all:unset;box-sizing:border-box;display:grid;place-items:center;min-height:2.15em;min-width:24px;padding:.1em .8em;border-radius:.5em;font-weight:600;cursor:pointer}
.action{box-shadow:inset 0 0 0 1px var(--edge)}
:hover.action,:hover.details,:hover.close{background:var(--hover)}
.action:first-child{background:var(--text);color:var(--background);box-shadow:none}
.action:first-child:hover{background:${mix('text', 86, 'var(--background)')}}
.details{padding:0 .3em;margin-inline-start:-.3em;font-weight:400;text-decoration:underline;text-underline-offset:.22em}
.close{width:2.15em;padding:0}
.close svg{width:1.1em}
:focus-visible{outline:2px solid var(--info);outline-offset:2px}

.toasts{--gap:var(--steadfetch-offset,1.15em);position:fixed;z-index:var(--steadfetch-z-index,2147483647);display:flex;flex-direction:column;width:min(var(--steadfetch-width,27.5em),100vw);max-height:100dvh;padding:max(var(--gap),env(safe-area-inset-top)) max(var(--gap),env(safe-area-inset-right)) max(var(--gap),env(safe-area-inset-bottom)) max(var(--gap),env(safe-area-inset-left));overflow:hidden auto;overscroll-behavior:contain;scrollbar-width:thin;pointer-events:none}
.toasts>*{flex:none;pointer-events:auto;margin-block:.3em;border:1px solid var(--edge);background:var(--background)}
.top{top:0}
.bottom{bottom:0}
.start{inset-inline-start:0}
.end{inset-inline-end:0}
.middle{left:50%;translate:-50%}
.toasts .card{position:relative;touch-action:pan-y;padding:.9em;grid-template-columns:auto minmax(0,1fr);border-radius:var(--steadfetch-radius,1em);box-shadow:var(--steadfetch-shadow,0 1px 2px #0002,0 8px 28px -6px #0005)}
.toasts .actions{grid-column:2;margin-top:.65em}
.toasts .close{position:absolute;top:.65em;inset-inline-end:.6em}
.toasts .title{padding-inline-end:2.4em}
.toasts :is(.body,.safe,.meta){margin-top:.15em}
.compact .card{padding-block:.55em!important}
.toasts .more{align-self:center;padding:.25em .9em;border-radius:2em;font-size:.86em}
.toasts,.banner{container-type:inline-size}
.pill .card{display:none}

.banner{border-bottom:1px solid var(--edge);background:var(--background)}
.banner .card{align-items:center;padding:.55em max(1.15em,env(safe-area-inset-right)) .55em max(1.15em,env(safe-area-inset-left));background:${mix('tone', 9, 'var(--background)')}}
.banner .card+.card{border-top:1px solid var(--hover)}
.banner .main{display:flex;flex-wrap:wrap;column-gap:.7em;align-items:baseline}
.banner .icon{padding:.4em 0;background:none}
.banner .code{flex-basis:100%}

@media(max-width:30em){
.toasts{--gap:.6em;left:0;right:0;width:auto;max-height:40dvh;translate:none}
.banner .card{grid-template-columns:auto minmax(0,1fr) auto}
.banner .main{flex-direction:column}
.banner .actions{grid-area:2/2/auto/-1;margin-top:.4em}
.banner .close{align-self:start}
}
@container(max-width:17em){
.card{column-gap:.5em!important}
.toasts .card{padding:.7em}
.icon{padding:.1em 0!important;background:none}
.card .actions{grid-column:1/-1}
}
@media(pointer:coarse){button,a{min-height:44px;min-width:44px;border-radius:.8em}.toasts .close{top:0;inset-inline-end:0}}
@media(forced-colors:active){
.icon{color:CanvasText;background:none}
.action,.code{outline:1px solid;outline-offset:-1px}
.banner .card{border-bottom:1px solid}
:focus-visible{outline:2px solid Highlight!important}
}`;

let sheet: CSSStyleSheet | undefined;

/** The sheet, made at the first need. */
export function theme(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
