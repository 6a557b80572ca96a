import { chromium } from '@playwright/test';
const url = JSON.parse((await import('node:fs')).readFileSync('/tmp/demo-serve.log','utf8').split('\n')[0]).first;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' });
const which = process.argv[2];
async function open(opts) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...opts });
  const page = await context.newPage();
  page.on('console', (m) => console.log(m.type(), m.text()));
  page.on('pageerror', (e) => console.log('ERR', e.message));
  await page.goto(url); await page.waitForTimeout(3000);
  return page;
}
const logOf = (page) => page.locator('#log').innerText();
const play = async (page, name) => { await page.getByLabel(name, { exact: true }).check({ force: true }); await page.getByRole('button', { name: 'Play incident' }).click(); };
const jobs = {
  async down() { const p = await open({}); await play(p, 'Server down');
    await p.waitForTimeout(12000); await p.screenshot({ path: '/tmp/shots/down1.png' });
    await p.waitForTimeout(6000); await p.getByRole('tab', { name: /Outbox/ }).click(); await p.screenshot({ path: '/tmp/shots/down2.png' });
    await p.waitForTimeout(26000); await p.screenshot({ path: '/tmp/shots/down3.png' }); console.log('DOWN', await logOf(p)); },
  async offline() { const p = await open({ colorScheme: 'dark' }); await play(p, 'Saved offline'); await p.getByRole('tab', { name: /Outbox/ }).click();
    await p.waitForTimeout(8000); await p.screenshot({ path: '/tmp/shots/off1.png' });
    await p.waitForTimeout(23000); await p.screenshot({ path: '/tmp/shots/off2.png' }); console.log('OFFLINE', await logOf(p)); },
  async slow() { const p = await open({}); await play(p, 'Slow search'); await p.getByRole('tab', { name: /Features/ }).click();
    await p.waitForTimeout(19000); await p.screenshot({ path: '/tmp/shots/slow1.png' });
    await p.waitForTimeout(40000); await p.screenshot({ path: '/tmp/shots/slow2.png' }); console.log('SLOW', await logOf(p)); },
  async phone() { const p = await open({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: 'dark' });
    await p.getByRole('tab', { name: /Fault lab/ }).click(); await play(p, 'Saved offline');
    await p.waitForTimeout(8000);
    await p.getByRole('tab', { name: /Outbox/ }).click(); await p.screenshot({ path: '/tmp/shots/phone1.png', fullPage: true });
    await p.getByRole('tab', { name: /Features/ }).click(); await p.getByRole('radio', { name: 'reduced' }).first().check({force:true}); await p.screenshot({ path: '/tmp/shots/phone2.png', fullPage: true });
    await p.getByRole('tab', { name: /The shop/ }).click(); await p.screenshot({ path: '/tmp/shots/phone3.png' }); },
};
await Promise.all((which ? [which] : Object.keys(jobs)).map((j) => jobs[j]().catch((e) => console.log(j, e.message))));
await browser.close();
