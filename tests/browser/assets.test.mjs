// The page of the example assets.

import assert from 'node:assert/strict';
import { sees, testExample } from './example.mjs';

testExample('assets', ['--log', 'off'], {
  'has its style, its script and its picture': async ({ page }) => {
    await sees(page, '#clock', /\d+:\d\d/);
    assert.ok(await page.evaluate(() => document.querySelector('img').naturalWidth > 0));
    assert.ok(await page.evaluate(() => document.styleSheets[0].cssRules.length > 0));
  },
  'asks again, and is told that nothing has changed': async ({ page }) => {
    const answered = page.waitForResponse((response) => response.url().endsWith('/style.css'));
    await page.reload();
    await sees(page, '#clock', /\d+:\d\d/);
    // What the browser makes of 304 is what it kept.
    assert.ok((await answered).ok() || (await answered).status() === 304);
  },
});
