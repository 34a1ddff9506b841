// The page of the example keepalive_broadcast.

import { sees, testExample } from './example.mjs';

testExample('keepalive_broadcast', ['--log', 'off', '--every', '400ms', '--ping-after', '200ms'], {
  'connects and shows greetings as they come': async ({ page }) => {
    await sees(page, '#state', /^connected$/);
    await page.waitForFunction(() => document.querySelectorAll('#log li.received').length >= 2);
    await sees(page, '#log li:first-child', /Hello client/);
  },
  'counts the pings that were answered': async ({ page }) => {
    await page.waitForFunction(() => Number(document.querySelector('#pings').value) >= 3);
    await sees(page, '#last', /^the last at /);
  },
  'shows the echo of what is sent': async ({ page }) => {
    await page.fill('#text', 'To and fro');
    await page.click('#send');
    await page.locator('#log li.received', { hasText: 'To and fro' }).waitFor();
  },
  'disconnects and connects again': async ({ page }) => {
    await page.click('#switch');
    await sees(page, '#state', /^closed with 1000|^closed with 1005/);
    await page.click('#switch');
    await sees(page, '#state', /^connected$/);
  },
});
