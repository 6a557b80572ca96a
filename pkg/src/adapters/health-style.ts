// How <steadfetch-health> looks: the custom properties of the notices (--steadfetch-…) set it from outside, too.

const palette = (scheme: string, ...[background, text, good, warning, error]: string[]) =>
  `color-scheme:${scheme};--b:var(--steadfetch-background,${background});--t:var(--steadfetch-text,${text});--good:var(--steadfetch-success,${good});--warn:var(--steadfetch-warning,${warning});--bad:var(--steadfetch-error,${error});`;

export const CSS = `
:host{display:block;${palette('light', '#fff', '#16191f', '#157347', '#9a5b00', '#c4262e')}}
@media(prefers-color-scheme:dark){:host{${palette('dark', '#1d2027', '#f1f3f7', '#5ccb8f', '#f0b64c', '#ff8a85')}}}
section{--soft:color-mix(in srgb,var(--t) 72%,var(--b));--line:color-mix(in srgb,var(--t) 20%,var(--b));box-sizing:border-box;container-type:inline-size;padding:1.1em;border:1px solid var(--line);border-radius:var(--steadfetch-radius,1em);background:var(--b);color:var(--t);font:.875em/1.45 var(--steadfetch-font,system-ui,sans-serif)}
h2,h3,p,ul,ol,dl,dd{margin:0;padding:0}
h2{font-size:1.15em}
h3{font-size:1em;margin-block-end:.5em}
.mood{margin-block:.25em 1em;padding-inline-start:1.3em;position:relative}
.mood::before,.state::before{content:"";display:inline-block;inline-size:.65em;block-size:.65em;margin-inline-end:.45em;background:var(--soft)}
.mood::before{position:absolute;inset-inline-start:0;inset-block-start:.4em}
.mood:is(.well,.over)::before,.healthy::before{border-radius:50%;background:var(--good)}
.mood.brief::before,.degraded::before{clip-path:polygon(50% 0,100% 100%,0 100%);background:var(--warn)}
.mood.lasting::before,.down::before{background:var(--bad)}
.halves{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:1.5em}
ul{list-style:none;display:grid;gap:.8em}
ul li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.15em .75em}
ul li bdi{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
[dir=rtl] ul li bdi{text-align:right}
ul li svg{grid-column:1/-1}
.state,.soft{color:var(--soft)}
svg{display:block;inline-size:100%;block-size:2.2em;border-block-end:1px solid var(--line)}
[dir=rtl] svg{transform:scaleX(-1)}
rect.failed{fill:var(--bad)}
rect.waited{fill:var(--warn)}
rect.helped{fill:var(--good)}
dl{display:flex;flex-wrap:wrap;gap:.4em 1.6em;margin-block-end:.6em}
dl div{border-inline-start:.25em solid;padding-inline-start:.55em}
dl .helped{border-color:var(--good)}
dl .waited{border-color:var(--warn)}
dl .failed{border-color:var(--bad)}
dt{color:var(--soft)}
dd{font-size:1.5em;font-weight:600;font-variant-numeric:tabular-nums}
.soft{margin-block-start:.4em;font-size:.93em}
details{margin-block-start:1em}
details table{inline-size:auto;max-inline-size:100%;margin-block-start:.5em}
.scroll table{inline-size:100%;margin:0}
details>table th{white-space:normal}
ol{padding-inline-start:1.6em}
.calls{list-style:none;padding:0;overflow-wrap:anywhere}
.calls details{margin-block-start:.5em}
.calls summary{font-weight:400;inline-size:auto}
summary{inline-size:fit-content;min-block-size:24px;cursor:pointer;font-weight:600}
.scroll{overflow-x:auto;margin-block-start:.5em}
table{border-collapse:collapse;inline-size:100%;font-variant-numeric:tabular-nums}
th,td{padding:.35em .8em;border-block-end:1px solid var(--line);text-align:start;white-space:nowrap}
thead th{color:var(--soft);font-weight:500}
tbody th{font-weight:600}
:focus-visible{outline:2px solid currentColor;outline-offset:2px}
@container(max-width:34em){.halves{grid-template-columns:minmax(0,1fr)}}
@media(pointer:coarse){summary{min-block-size:44px;display:list-item;align-content:center}}
@media(forced-colors:active){.mood::before,.state::before{background:CanvasText!important}rect{fill:CanvasText!important}rect.helped{fill:GrayText!important}}
`;
