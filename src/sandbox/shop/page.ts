import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** HTML in which everything that was put in is escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
:root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; color: #1d232b; background: #f4f5f7 }
* { box-sizing: border-box } body { margin: 0 }
header { background: #fff; border-bottom: 1px solid #dfe3e8; padding: 14px 24px; font-weight: 600 }
header a { color: inherit; text-decoration: none } header span { color: #6a7481; font-weight: 400; margin-left: 8px }
main { max-width: 560px; margin: 32px auto; padding: 0 16px }
.card { background: #fff; border: 1px solid #dfe3e8; border-radius: 10px; padding: 20px 24px; margin-bottom: 20px }
h1 { font-size: 24px; margin: 0 0 16px } h2 { font-size: 17px; margin: 0 0 12px } p { margin: 0 0 12px }
.row { display: flex; justify-content: space-between; gap: 16px; padding: 6px 0 }
.row.total { border-top: 1px solid #dfe3e8; margin-top: 6px; padding-top: 12px; font-weight: 600; font-size: 18px }
label { display: block; font-size: 14px; color: #3d4753; margin: 0 0 12px } .pair { display: flex; gap: 12px } .pair > * { flex: 1; min-width: 0 }
input, select { display: block; width: 100%; font: inherit; padding: 9px 11px; margin-top: 4px; border: 1px solid #b9c1cb; border-radius: 6px; background: #fff }
input:focus { outline: 2px solid #1f5fd0; outline-offset: -1px }
iframe { display: block; width: 100%; border: 0 } iframe.field { height: 82px } iframe.all { height: 160px } iframe.acs { height: 300px }
button { font: inherit; font-weight: 600; color: #fff; background: #1f5fd0; border: 0; border-radius: 6px; padding: 11px 18px; cursor: pointer }
button.wide { width: 100% } button.small { white-space: nowrap; font-size: 13px; padding: 5px 10px; background: #46515e }
.note { color: #6a7481; font-size: 14px } .error { color: #a3161d; background: #fdeeee; border-radius: 6px; padding: 10px 12px }
.good { color: #11643a } a { color: #1f5fd0 } table { border-collapse: collapse; width: 100%; font-size: 14px } td, th { text-align: left; padding: 6px 8px 6px 0; vertical-align: top }
html:has(body.frame) { background: #fff } body.frame { font-size: 15px } body.frame label { margin: 0 0 8px; padding: 2px }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0 0 0 0) }`;

/** A page of the shop. */
export function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${raw(STYLE)}</style></head>
<body><header><a href="/">Sandbox Shop</a><span>nothing here is sold for real money</span></header>
<main>${body}</main></body></html>`;
}

/** A page that stands in a frame. */
export function framePage(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><style>${raw(STYLE)}</style></head>
<body class="frame">${body}</body></html>`;
}

/** A script in a page, with values it is given. */
export function script(source: string, values: Readonly<Record<string, string>>): Html {
  const given = JSON.stringify(values).replaceAll('<', '\\u003c');
  return html`<script>(${raw(source)})(${raw(given)})</script>`;
}

/** What every answer of the shop says to the browser. */
export const HEADERS = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } as const;
