// How hints look, over the sheet that all notices have.

const CSS = `
:host([data-steadfetch=hint]){position:static!important;margin-block:.4em!important;max-width:100%!important}
:host([data-steadfetch=hint][data-of=field]){margin-block:.25em .5em!important}
slot{display:none!important}
.hint{background:none}
.hint .card{grid-template-columns:auto minmax(0,1fr) auto;padding:.6em .7em;border:1px solid var(--edge);border-inline-start:3px solid var(--tone);border-radius:.6em;background:var(--background);max-width:var(--steadfetch-width,36em)}
.hint .icon{padding:.1em 0;background:none}
.hint .actions{grid-column:2/-1;margin-top:.45em}
.hint .close{grid-row:1;grid-column:3;align-self:start;min-height:24px;width:24px;min-width:24px}
.hint .safe{display:none}
.errors{margin:.35em 0 0;padding-inline-start:1.2em;grid-column:2/-1}
.errors li{overflow-wrap:anywhere;margin-top:.15em}
.message{display:flex;gap:.45em;align-items:start;inline-size:fit-content;padding:.25em .6em;border-radius:.5em;background:var(--background);box-shadow:inset 0 0 0 1px var(--edge);color:var(--error);font-weight:500}
.message svg{flex:none;width:1.15em;margin-top:.14em}
@media(pointer:coarse){.hint .close{min-height:44px;min-width:44px;width:44px}}
@media(forced-colors:active){.hint .card{border:1px solid}.message{color:CanvasText}}
`;

let sheet: CSSStyleSheet | undefined;

export function hintTheme(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
