// The page of the example captive_portal.

import assert from 'node:assert/strict';
import { sees, testExample } from './example.mjs';

testExample('captive_portal', ['--log', 'off', '--dns-port', '0'], {
  'shows that the device is captive': async ({ page }) => {
    await sees(page, '#state', /^captive$/);
    await page.locator('#probes td.bad').nth(3).waitFor();
  },
  'lets nobody through who does not agree to the rules': async ({ page }) => {
    await page.click('#agree button');
    assert.equal(await page.textContent('#state'), 'captive');
  },
  'lets the device through': async ({ page, url }) => {
    await page.check('#rules');
    await page.click('#agree button');
    await sees(page, '#state', /^free$/);
    assert.equal(page.url(), url);
    await page.locator('#probes td.good').nth(3).waitFor();
    assert.equal(await page.textContent('#probes tr:nth-child(3) td:nth-child(2)'), '200 Microsoft Connect Test');
  },
  'takes it back': async ({ page }) => {
    await page.click('#leave button');
    await sees(page, '#state', /^captive$/);
  },
});
