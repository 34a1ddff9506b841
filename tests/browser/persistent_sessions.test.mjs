// The page of the example persistent_sessions.

import assert from 'node:assert/strict';
import { sees, testExample } from './example.mjs';

testExample('persistent_sessions', ['--log', 'off'], {
  'adds up what is added': async ({ page }) => {
    await sees(page, '#sum', /^0$/);
    await page.fill('#number', '20');
    await page.click('#add');
    await sees(page, '#sum', /^20$/);
    await page.fill('#number', '-3');
    await page.press('#number', 'Enter');
    await sees(page, '#sum', /^17$/);
    assert.match(await page.textContent('#connection'), /^connection #\d+\.\d+$/);
  },
  'sets and shows the sum': async ({ page }) => {
    await page.fill('#number', '1000');
    await page.click('#set');
    await sees(page, '#sum', /^1000$/);
    await page.click('#show');
    await sees(page, '#log li:first-child', /asked: 1000/);
    assert.equal(await page.locator('#log li').count(), 5);
  },
});
