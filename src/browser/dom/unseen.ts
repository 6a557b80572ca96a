/** What is only spoken: the page's own nodes in a shadow root of ours, out of reach of the page's styles. */
export const UNSEEN =
  '::slotted(*){all:initial!important;position:fixed!important;width:1px!important;height:1px!important;overflow:hidden!important;clip-path:inset(50%)!important;white-space:nowrap!important;font:.875em var(--steadfetch-font,system-ui,sans-serif)!important}';
