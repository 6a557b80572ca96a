// How panels look, over the sheet that all notices have.

const CSS = `
dialog{box-sizing:border-box;width:min(36em,100vw - 2em);max-width:none;max-height:min(44em,100dvh - 6em);padding:0;border:0;border-radius:var(--steadfetch-radius,1em);background:none;box-shadow:0 1px 2px #0003,0 16px 48px -8px #0007;font:1em/1.45 system-ui,sans-serif;overflow:hidden}
dialog[open]{display:flex}
dialog::backdrop{background:#0007}
.panel{display:flex;flex-direction:column;flex:1;min-width:0;border:1px solid var(--edge);border-radius:inherit;background:var(--background);font-size:.9375em}
.head,.foot{display:flex;flex:none;align-items:center;gap:.6em;padding:.7em 1.1em}
.head{border-bottom:1px solid var(--hover)}
.foot{flex-wrap:wrap;justify-content:end;border-top:1px solid var(--hover)}
.heading{flex:1;margin:0;font-size:1.15em;line-height:1.3}
.content{flex:1;min-height:0;overflow:auto;overscroll-behavior:contain;padding:.35em 1.1em .9em}
.content:focus-visible{outline-offset:-3px}
.foot .action:first-child{background:none;color:var(--text);box-shadow:inset 0 0 0 1px var(--edge)}
.foot .action:first-child:hover{background:var(--hover)}
.foot .action:last-child{background:var(--text);color:var(--background)}
.list{margin:0;padding:0;list-style:none}
.entry{--tone:var(--info);display:grid;grid-template-columns:auto minmax(0,1fr);gap:0 .75em;padding:.85em 0;border-bottom:1px solid var(--hover)}
.entry:last-child{border:0}
.entry.success{--tone:var(--success)}
.entry.warning{--tone:var(--warning)}
.entry.error{--tone:var(--error)}
.entry .title{margin:0;font-size:1em;font-weight:600;overflow-wrap:anywhere}
.entry .meta{margin-top:.2em}
.entry .actions{margin-top:.5em}
.entry .ongoing{color:var(--tone)}
.empty{padding:2em 0;text-align:center;color:var(--soft)}
.row{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.15em 1em;align-items:center;padding:.8em 0;border-bottom:1px solid var(--hover)}
.row:last-child{border:0}
.row label{font-weight:600;overflow-wrap:anywhere}
.row .about{grid-column:1;color:var(--soft);font-size:.93em}
.row .value{display:flex;align-items:center;gap:.6em;font-variant-numeric:tabular-nums}
input,select{font:inherit;color:inherit;accent-color:var(--info)}
input[type=checkbox]{inline-size:1.5em;block-size:1.5em;min-width:24px;min-height:24px;margin:0}
input[type=range]{inline-size:min(10em,40vw);min-height:24px;margin:0}
select{max-width:15em;min-height:2.15em;padding:.2em .5em;border:1px solid var(--edge);border-radius:.5em;background:var(--background)}
.field{display:grid;gap:.25em;padding:.7em 0}
.field label,.legend{margin:0;padding:0;font-size:1em;font-weight:600}
.content>.about,.field .about{color:var(--soft);font-size:.93em}
.wrong{color:var(--error)}
.parts{margin:0;padding:.4em 0 .7em;border:0}
.part{display:flex;align-items:center;gap:.6em;min-height:2.1em}
textarea,input[type=text]{box-sizing:border-box;width:100%;min-height:2.4em;padding:.4em .6em;border:1px solid var(--edge);border-radius:.5em;background:var(--background);color:inherit;font:inherit;resize:vertical}
[aria-invalid=true]{border-color:var(--error)}
pre{box-sizing:border-box;max-height:13em;margin:.4em 0 .7em;padding:.6em .8em;overflow:auto;border-radius:.5em;background:var(--hover);font:.86em/1.5 monospace;white-space:pre-wrap;overflow-wrap:anywhere;text-align:left}
.reference-row{display:flex;flex-wrap:wrap;align-items:center;gap:.6em}
.reference-row .reference{font:600 1.15em monospace;letter-spacing:.05em;user-select:all}
.reference-row .action{background:none;color:var(--text);box-shadow:inset 0 0 0 1px var(--edge)}
.said{margin:.6em 0}
:is(.said,.wrong) :is(strong,span){display:block}
:disabled{opacity:.6}
@media(max-width:30em){.row{grid-template-columns:minmax(0,1fr)}.row.flag{grid-template-columns:minmax(0,1fr) auto}.row .value{justify-self:start}}
@media(pointer:coarse){input[type=checkbox]{min-width:28px;min-height:28px}select,input[type=range]{min-height:44px}}
@media(forced-colors:active){.panel{border:1px solid}pre{outline:1px solid}}
@media(prefers-reduced-motion:no-preference){dialog[open].moves{animation:panel .16s ease-out}@keyframes panel{from{opacity:0;translate:0 8px}}}
`;

let sheet: CSSStyleSheet | undefined;

export function panelTheme(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
