// The page of the example rest_dashboard.

import assert from 'node:assert/strict';
import { sees, testExample } from './example.mjs';

testExample('rest_dashboard', ['--log', 'off', '--every', '50ms'], {
  'shows the temperature as it changes, and draws it': async ({ page }) => {
    await sees(page, '#state', /^live$/);
    await sees(page, '#temperature', /^\d+\.\d\d °C$/);
    await page.waitForFunction(() => document.getElementById('line').getAttribute('points').split(' ').length >= 10);
    const [box, line] = await Promise.all(['#chart', '#line'].map((part) => page.locator(part).boundingBox()));
    assert.ok(line.y >= box.y && line.y + line.height <= box.y + box.height && line.height > 5, JSON.stringify({ box, line }));
  },
  'sets the light, and another page follows': async ({ page, context, url }) => {
    const other = await context.newPage();
    await other.goto(url);
    await sees(other, '#state', /^live$/);
    for (const [colour, value] of [['red', '200'], ['green', '100'], ['blue', '50']]) await page.fill(`#${colour}`, value);
    for (const shown of [page, other]) {
      await shown.waitForFunction(() => getComputedStyle(document.getElementById('swatch')).fill === 'rgb(200, 100, 50)');
      assert.equal(await shown.inputValue('#green'), '100');
    }
    await other.close();
  },
  'counts the samples that it was sent, and comes back when it is cut off': async ({ page }) => {
    await page.evaluate(() => socket.close());
    await sees(page, '#state', /^connecting$/);
    await sees(page, '#state', /^live$/);
    const shown = (id) => page.locator(id).innerText().then(Number);
    const received = await shown('#received');
    await page.waitForFunction((before) => Number(document.querySelector('#received').textContent) > before, received);
    // Those that came while it was away are missing.
    assert.ok(await shown('#received') < await shown('#samples'));
  },
  'shows the system': async ({ page }) => {
    await page.click('#refresh');
    await sees(page, '#info-platform td:nth-child(2)', /^Linux$/);
    await sees(page, '#info-uptime td:nth-child(2)', /^\d+ s$/);
  },
});
